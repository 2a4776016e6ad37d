/** A place that is attacked, and all that strangers do there: whatever they open is bounded, and goes when they go. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '#shared/check/within.ts';
import type { Cable } from '#shared/lesson/cable.ts';
import { breakOff } from '#shared/lesson/cable-pipe.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { addressFor, type Fact, type Fields, toText } from '#shared/testing/traits.ts';
import { frame, handshake, PING, PONG, text } from './bytes.ts';
import { STRANGERS_CALL } from './heard.ts';
import type { Talk } from './workshop-traits.ts';

/** In ms: nothing is waited for longer. */
const PATIENCE = 5000;
/** In bytes: so much of what comes is kept. */
const MOST_KEPT = 256 * 1024;

export type Stranger = {
  socket: Socket;
  /** Of the handshake's answer. 0: there was none. */
  status: number;
  /** Resolves when all of it has gone out, or cannot any more. */
  send: (...frames: Buffer[]) => Promise<void>;
  /** Resolves when the server has read all that was sent, or has had enough. Gives whether the connection is there. */
  isHeard: (patience?: number) => Promise<boolean>;
};

export type Manner = {
  name?: string;
  /** Where one must log in, and that of the tests is not meant. */
  password?: string;
  /** Whether it reads what comes. */
  isDeaf?: boolean;
  headers?: Record<string, string | undefined>;
  /** Whether it begins as one does in there. */
  isGuest?: boolean;
  /** Instead of the server's own port. */
  port?: number;
};

export type Site = {
  port: number;
  host: string;
  /** Where one asks for the upgrade. */
  path: string;
  traits: Talk;
  cable: Cable;
  isWorkshop: boolean;
  /** Of the workshop: what it has, named from the root. */
  folders: string[];
  /** A TCP connection that says nothing yet. */
  tcp: (port?: number) => Socket;
  /** Where one asks for the upgrade now, as this name: with all that the door gives. '/' where that lets nobody in. */
  entrance: (name: string, password?: string) => Promise<string>;
  /** A WebSocket connection. */
  open: (manner?: Manner) => Promise<Stranger>;
  /** Some of them, one hundred at the same time at most. */
  openMany: (count: number, manner?: Manner) => Promise<Stranger[]>;
  /** Sends a request as it is, and gives what comes of it, or the first of it. */
  ask: (
    request: string | Buffer,
    isEnough?: (answer: string) => boolean,
    patience?: number,
  ) => Promise<string>;
  /** A right message of a stranger, another one each time. `more`: fields that are added. */
  call: (more?: Fields) => Buffer;
  /** The same, as long as it may be. */
  longCall: () => Buffer;
  /** How many sockets the server has now, but for those of the polite. */
  strangers: () => Promise<number>;
  /** Something has fallen. */
  fell: (fact: Fact, why: string) => void;
};

let calls = STRANGERS_CALL;
let addresses = 1;

/** Whether a program may have other addresses than 127.0.0.1 here: where it may not, all strangers share that one. */
export async function hasAddresses(): Promise<boolean> {
  const socket = connect({ port: 1, host: '127.0.0.1', localAddress: '127.0.0.2' });
  const [error] = await once(socket, 'error');
  return error.code === 'ECONNREFUSED';
}

/** @param at what is attacked. @param isAlone whether strangers have an address of their own */
export function openSite(
  at: Omit<Site, 'tcp' | 'entrance' | 'open' | 'openMany' | 'ask' | 'call' | 'longCall'>,
  hasOwnAddress: boolean,
): { site: Site; leave: () => Promise<void> } {
  const sockets = new Set<Socket>();
  addresses = (addresses % 250) + 1;
  const localAddress = hasOwnAddress ? `127.0.0.${addresses + 1}` : '127.0.0.1';
  const { fuzz, door } = at.traits;

  function tcp(port = at.port): Socket {
    const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
    socket.on('error', () => socket.destroy()).setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  }

  async function entrance(name: string, password?: string): Promise<string> {
    const as = { localAddress, ...(password !== undefined && { password }) };
    const address = await addressFor(door, `ws://${at.host}${at.path}`, name, as).catch(() => undefined);
    if (address === undefined) return at.path;
    const { pathname, search } = new URL(address);
    return pathname + search;
  }

  async function open({
    name = 'mallory',
    password,
    headers,
    isDeaf,
    isGuest = true,
    port,
  }: Manner = {}): Promise<Stranger> {
    const path = await entrance(name, password);
    const socket = tcp(port);
    socket.write(handshake(at.host, path, headers));
    const { status, rest } = await answerTo(socket);
    const stranger = talkative(socket, status, rest, isDeaf === true);
    if (status === 101 && isGuest) {
      const words = fuzz.opening?.(name) ?? [];
      await stranger.send(...words.map((message) => text(toText(message))));
    }
    return stranger;
  }

  function call(more: Fields = {}): Buffer {
    calls += 1;
    const { message } = fuzz.call(calls);
    return text(toText(typeof message === 'object' ? { ...message, ...more } : message));
  }

  const site: Site = {
    ...at,
    tcp,
    entrance,
    open,
    async openMany(count, manner = {}) {
      const all: Stranger[] = [];
      for (let n = 0; n < count; n += 100) {
        const some = Array.from({ length: Math.min(100, count - n) }, (_, m) =>
          open({ ...manner, name: `${manner.name ?? 'mallory'} ${n + m}` }),
        );
        all.push(...(await Promise.all(some)));
      }
      return all;
    },
    async ask(request, isEnough = () => false, patience = PATIENCE) {
      const socket = tcp();
      let got = '';
      const done = new Promise<void>((resolve) => {
        socket.on('data', (data) => {
          if (got.length < MOST_KEPT) got += data.toString('latin1');
          if (isEnough(got)) resolve();
        });
        socket.once('end', resolve).once('close', () => resolve());
      });
      socket.write(request);
      await within(patience, done);
      socket.destroy();
      return got;
    },
    call,
    longCall() {
      calls += 1;
      const { message } = fuzz.call(calls);
      if (typeof message === 'string') return text(`${message} ${'x'.repeat(8000)}`);
      const fields: Fields = Object.fromEntries(Object.entries(message ?? {}));
      const words = `${fields.message} `.padEnd(2000, 'x');
      return text(toText('message' in fields ? { ...fields, message: words } : fields));
    },
  };
  return {
    site,
    async leave() {
      const all = [...sockets];
      const closed = all.map((socket) => (socket.closed ? undefined : once(socket, 'close')));
      for (const socket of all) breakOff(socket);
      await within(PATIENCE, Promise.all(closed));
    },
  };
}

/** Waits for the answer to a handshake. */
async function answerTo(socket: Socket): Promise<{ status: number; rest: Buffer }> {
  let got = Buffer.alloc(0);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const isOver = (async () => {
    for (;;) {
      await Promise.race([new Promise((resolve) => socket.once('readable', resolve)), closed]);
      const data: Buffer | null = socket.read();
      if (data) got = Buffer.concat([got, data]);
      if (socket.destroyed || socket.readableEnded || got.includes('\r\n\r\n')) return;
      if (data === null && socket.readable === false) return;
    }
  })();
  await within(PATIENCE, isOver);
  const end = got.indexOf('\r\n\r\n');
  return { status: Number(got.subarray(9, 12).toString()) || 0, rest: got.subarray(end + 4) };
}

function talkative(socket: Socket, status: number, rest: Buffer, isDeaf: boolean): Stranger {
  let pings = 0;
  let pongs = 0;
  let hasClosed = false;
  let wake = () => {};
  const decoder = createDecoder('server', {
    keep: () => 0,
    onFrame({ opcode }) {
      if (opcode === PONG) pongs += 1;
      else if (opcode === 8) hasClosed = true;
      else return;
      wake();
    },
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const isOpen = () => !hasClosed && !socket.destroyed && status === 101;
  if (!isDeaf) {
    decoder.push(rest);
    socket.on('data', (bytes) => decoder.push(bytes));
    socket.once('end', () => socket.end());
  } else {
    // It reads no ping, and says that it lives: a heartbeat is no help against it.
    const timer = setInterval(() => socket.write(frame(PONG)), 1000);
    socket.once('close', () => clearInterval(timer));
  }
  return {
    socket,
    status,
    async send(...frames) {
      if (socket.destroyed) return;
      const sent = new Promise((resolve) => socket.write(Buffer.concat(frames), resolve));
      await Promise.race([sent, closed, sleep(PATIENCE, undefined, { ref: false })]);
    },
    async isHeard(patience = PATIENCE) {
      if (isDeaf || !isOpen()) return isOpen();
      pings += 1;
      const wanted = pings;
      const heard = new Promise<void>((resolve) => {
        wake = () => {
          if (pongs >= wanted || hasClosed) resolve();
        };
      });
      socket.write(frame(PING));
      await within(patience, Promise.race([heard, closed]));
      return isOpen();
    },
  };
}
