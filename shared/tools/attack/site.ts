/** A place that is attacked, and all that strangers do there: whatever they open is bounded, and goes when they go. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from '#shared/check/within.ts';
import type { Cable } from '#shared/lesson/cable.ts';
import { breakOff } from '#shared/lesson/cable-pipe.ts';
import { addressFor, asSent, type Fact, type Fields } from '#shared/testing/traits.ts';
import { handshake, text } from './bytes.ts';
import { MARK, STRANGERS_CALL } from './heard.ts';
import { answerTo, PATIENCE, type Stranger, talkative } from './stranger.ts';
import type { Talk } from './workshop-traits.ts';

/** So many of them connect at the same time. */
const AT_ONCE = 100;
/** In bytes: so much of what comes is kept. */
const MOST_KEPT = 256 * 1024;

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
  /** So many of them, each with a number in its name. */
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

/**
 * Lets strangers come.
 *
 * @param at what is attacked
 * @param hasOwnAddress whether they have an address of their own
 * @returns what they can do there, how many connections were let in, and what ends all that they have opened
 */
export function openSite(
  at: Omit<Site, 'tcp' | 'entrance' | 'open' | 'openMany' | 'ask' | 'call' | 'longCall'>,
  hasOwnAddress: boolean,
): { site: Site; letIn: () => number; leave: () => Promise<void> } {
  const sockets = new Set<Socket>();
  let letIn = 0;
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
    name = MARK,
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
    if (status === 101) letIn += 1;
    const stranger = talkative(socket, status, rest, isDeaf === true);
    if (status === 101 && isGuest) {
      const words = fuzz.opening?.(name) ?? [];
      await stranger.send(...words.map((message) => text(asSent(message))));
    }
    return stranger;
  }

  const site: Site = {
    ...at,
    tcp,
    entrance,
    open,
    openMany: (count, manner = {}) => openMany(open, count, manner),
    ask: (request, isEnough, patience) => ask(tcp(), request, isEnough, patience),
    ...callsOf(fuzz),
  };
  return {
    site,
    letIn: () => letIn,
    async leave() {
      const all = [...sockets];
      const closed = all.map((socket) => (socket.closed ? undefined : once(socket, 'close')));
      for (const socket of all) breakOff(socket);
      await within(PATIENCE, Promise.all(closed));
    },
  };
}

async function openMany(open: Site['open'], count: number, manner: Manner): Promise<Stranger[]> {
  const all: Stranger[] = [];
  for (let n = 0; n < count; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, m) =>
      open({ ...manner, name: `${manner.name ?? MARK} ${n + m}` }),
    );
    all.push(...(await Promise.all(some)));
  }
  return all;
}

async function ask(
  socket: Socket,
  request: string | Buffer,
  isEnough: (answer: string) => boolean = () => false,
  patience = PATIENCE,
): Promise<string> {
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
}

/** Right messages: each is another one, whoever sends it. */
function callsOf(fuzz: Talk['fuzz']): Pick<Site, 'call' | 'longCall'> {
  const next = () => {
    calls += 1;
    return fuzz.call(calls).message;
  };
  return {
    call(more = {}) {
      const message = next();
      return text(asSent(typeof message === 'object' ? { ...message, ...more } : message));
    },
    longCall() {
      const message = next();
      if (typeof message === 'string') return text(`${message} ${'x'.repeat(8000)}`);
      const fields: Fields = Object.fromEntries(Object.entries(message ?? {}));
      const words = `${fields.message} `.padEnd(2000, 'x');
      return text(asSent('message' in fields ? { ...fields, message: words } : fields));
    },
  };
}
