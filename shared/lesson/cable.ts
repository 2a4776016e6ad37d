/** A cable between clients and a server, to cut, freeze and slow down: a TCP proxy that owns the address clients know. */
import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { breakOff, createPipe, PLAIN, type Wire } from './cable-pipe.ts';
import { numbersFrom } from './numbers.ts';

/** `up` is from the client to the server, `down` is from the server to the client. */
export type Direction = 'up' | 'down';

/** Faults add up, and stay until the cable is healed. They hit both directions unless one is named. */
export type Cable = {
  /** Where clients connect to, on 127.0.0.1. It stays the same while servers die and come back. */
  port: number;
  /** How many connections go through it now. */
  connections: () => number;
  /** The port under which the server sees a connection, by the port of its client. Undefined where there is none. */
  seenAs: (port: number) => number | undefined;
  isFrozen: (direction: Direction) => boolean;
  /** From now on a new connection leads to the server on this port. */
  target: (port: number) => void;
  /**
   * Lets nothing through, and no end of a connection either: nobody hears that the other is gone. A new connection
   * is accepted, and gets no further. Nothing is lost: whoever sends on and on has to wait, as with a full wire.
   */
  freeze: (direction?: Direction) => void;
  /** Lets bytes through so many ms after they came. */
  delay: (ms: number, direction?: Direction) => void;
  /** Adds up to so many ms to each delay. The order stays. The same seed draws the same numbers. */
  jitter: (ms: number, direction?: Direction, seed?: number) => void;
  /** Lets each connection carry so many bytes per second. @throws RangeError where that is not more than 0 */
  throttle: (bytesPerSecond: number, direction?: Direction) => void;
  /** Writes each byte by itself. */
  split: (direction?: Direction) => void;
  /** Breaks each connection with a TCP reset (RST) at both ends. New ones are let in. */
  reset: () => void;
  /**
   * Lets exactly so many more bytes through, and then closes the connection of the last one at both ends.
   * This happens once.
   */
  cutAfter: (bytes: number, direction: Direction) => void;
  /** Resets each new connection at once. Those that are there stay. */
  refuse: () => void;
  /** Makes it a plain wire again. What it held goes out at once, in its order. */
  heal: (direction?: Direction) => void;
  /** Breaks all connections, and gives up the address. Resolves when nothing is left open. */
  end: () => Promise<void>;
};

/** A connection through the cable: its two sockets, and what to call when a wire has changed. */
type Link = { near: Socket; far: Socket } & Record<Direction, () => void>;

const LOOPBACK = '127.0.0.1';

/**
 * Lays a cable to a server on this machine.
 *
 * @param server the server's port; where nobody listens there, a new connection is reset
 * @param port where clients shall connect to. 0: the system picks a port
 * @param host where the server listens on this machine
 * @returns the cable, once it listens
 * @throws where the port is not free (EADDRINUSE)
 */
export async function openCable(server: number, port = 0, host = LOOPBACK): Promise<Cable> {
  const wires: Record<Direction, Wire> = { up: { ...PLAIN }, down: { ...PLAIN } };
  const links = new Set<Link>();
  let target = server;
  let isRefusing = false;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    if (isRefusing) return breakOff(near);
    const link = lay(near, wires);
    links.add(link);
    for (const socket of [near, link.far]) {
      socket.on('close', () => near.destroyed && link.far.destroyed && links.delete(link));
    }
    dial(link);
  });

  /** Goes on to the server, as soon as anything gets there. */
  function dial({ far }: Link): void {
    if (!wires.up.isFrozen && far.pending && !far.connecting && !far.destroyed) far.connect(target, host);
  }

  function change(wire: Partial<Wire>, direction?: Direction): void {
    if (direction !== 'down') Object.assign(wires.up, wire);
    if (direction !== 'up') Object.assign(wires.down, wire);
    for (const link of links) {
      dial(link);
      link.up();
      link.down();
    }
  }

  function reset(): void {
    for (const { near, far } of links) {
      breakOff(near);
      breakOff(far);
    }
  }

  listener.listen(placeOf(port));
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    connections: () => links.size,
    seenAs: (port) => [...links].find(({ near }) => near.remotePort === port)?.far.localPort,
    isFrozen: (direction) => wires[direction].isFrozen,
    target(port) {
      target = port;
    },
    freeze: (direction) => change({ isFrozen: true }, direction),
    delay: (delay, direction) => change({ delay }, direction),
    jitter(jitter, direction, seed = 1) {
      for (const one of direction ? [direction] : (['up', 'down'] as const)) {
        change({ jitter, random: numbersFrom(seed) }, one);
      }
    },
    throttle(rate, direction) {
      if (!(rate > 0)) throw new RangeError(`A cable carries more than 0 bytes per second, not ${rate}.`);
      change({ rate }, direction);
    },
    split: (direction) => change({ isSplit: true }, direction),
    reset,
    cutAfter: (cutAfter, direction) => change({ cutAfter }, direction),
    refuse() {
      isRefusing = true;
    },
    heal(direction) {
      isRefusing = false;
      change(PLAIN, direction);
    },
    end: () => endAll(listener, links, reset),
  };
}

async function endAll(listener: Server, links: Set<Link>, reset: () => void): Promise<void> {
  const open = [listener, ...[...links].flatMap(({ near, far }) => [near, far].filter((one) => !one.closed))];
  const closed = open.map((one) => new Promise<void>((resolve) => one.once('close', resolve)));
  listener.close();
  reset();
  await Promise.all(closed);
}

/** Whoever looks for the port of the server in this process must pass over that of a cable: see check/preload.js. */
function placeOf(port: number) {
  return { port, host: LOOPBACK, isCable: true };
}

function lay(near: Socket, wires: Record<Direction, Wire>): Link {
  const far = new Socket({ allowHalfOpen: true }).setNoDelay(true);
  for (const socket of [near, far]) socket.on('error', () => {}); // Its 'close' tells the other end.
  const join = (source: Socket, sink: Socket, wire: Wire) =>
    createPipe(source, sink, wire, () => {
      wire.cutAfter = PLAIN.cutAfter;
      sink.destroySoon(); // The last bytes leave before it closes.
      breakOff(source);
    });
  return { near, far, up: join(near, far, wires.up), down: join(far, near, wires.down) };
}
