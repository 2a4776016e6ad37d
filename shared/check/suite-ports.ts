/** The ports of a suite's servers. One that it chose itself is its own, or somebody else has it: as the check wants it. */
import { Server, Socket } from 'node:net';

export type Ports = {
  /** Begins anew. @param areTaken whether each port that a suite may choose is taken already */
  begin: (areTaken: boolean) => void;
  /** The ports that it has chosen itself. */
  chosen: () => number[];
  /** How many servers listen still. */
  open: () => number;
  /** Closes them all. */
  close: () => void;
};

/** Begins to watch. */
export function watchPorts(): Ports {
  const open = new Set<Server>();
  const chosen = new Set<number>();
  /** Chosen by a suite: the port that its server really has. So a port of this machine that is taken disturbs nobody. */
  const places = new Map<number, number>();
  /** Chosen by the system: who listens there once more has not chosen it. */
  const given = new Set<number>();
  let areTaken = false;

  const listen = Server.prototype.listen;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    this.once('listening', () => {
      open.add(this);
      const address = this.address();
      if (typeof address === 'object' && address && wanted === 0) given.add(address.port);
      if (typeof address === 'object' && address && isChosen) places.set(wanted, address.port);
      this.once('close', () => {
        open.delete(this);
        if (isChosen) places.delete(wanted);
      });
    });
    const wanted = portOf(args);
    const isChosen = wanted > 0 && !given.has(wanted);
    if (!isChosen) return Reflect.apply(listen, this, args);
    chosen.add(wanted);
    if (areTaken || places.has(wanted)) {
      const message = `listen EADDRINUSE: address already in use :::${wanted}`;
      const error = Object.assign(new Error(message), {
        code: 'EADDRINUSE',
        port: wanted,
        syscall: 'listen',
      });
      process.nextTick(() => this.emit('error', error));
      return this;
    }
    return Reflect.apply(listen, this, withPort(args, 0));
  };

  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const place = places.get(portOf(args));
    return Reflect.apply(connect, this, place === undefined ? args : withPort(args, place));
  } as typeof connect;

  return {
    begin(taken) {
      areTaken = taken;
      chosen.clear();
      places.clear();
      given.clear();
    },
    chosen: () => [...chosen],
    open: () => [...open].filter(({ listening }) => listening).length,
    close() {
      for (const server of open) server.close();
      open.clear();
    },
  };
}

/** The port among the arguments of listen() and connect(), which node itself gives as one array. 0 where there is none. */
function portOf([first]: unknown[]): number {
  if (Array.isArray(first)) return portOf(first);
  if (typeof first === 'object' && first !== null) return 'port' in first ? Number(first.port) || 0 : 0;
  return Number(first) || 0;
}

/** The same arguments, with another port. */
function withPort(args: unknown[], port: number): unknown[] {
  const [first, ...rest] = args;
  if (Array.isArray(first)) {
    // Node knows its own array by a mark on it: so it must stay the same one.
    first[0] = { ...first[0], port };
    return args;
  }
  return [typeof first === 'object' ? { ...first, port } : port, ...rest];
}
