/** Clients that behave badly, a wave of them at a time: bare sockets, so that they can do what no library does. */
import type { Socket } from 'node:net';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import type { Cable } from '#shared/lesson/cable.ts';
import { breakOff } from '#shared/lesson/cable-pipe.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { addressFor, asSent, type Fields, type Fuzzing, type Traits } from '#shared/testing/traits.ts';
import { addressOf } from './addresses.ts';

/**
 * Where they go. `cable` leads to the same server: it freezes those who come through it. `atOnce`: a server that limits
 * each address lets one client say so many things at once.
 */
export type Place = {
  socketUrl: string;
  cable: Cable;
  fuzz: Fuzzing;
  door: Traits['door'];
  tidy: Fields | undefined;
  atOnce: number | undefined;
};

/** What they do before they go, how many of twenty do it, and how many messages each of them says. */
const DEEDS = {
  talks: { share: 5, says: 3 },
  'is cut': { share: 4, says: 1 },
  floods: { share: 2, says: 20 },
  freezes: { share: 4, says: 3 },
  'never reads': { share: 3, says: 5 },
  'breaks the rules': { share: 2, says: 0 },
};
type Kind = keyof typeof DEEDS;
const KINDS = (Object.keys(DEEDS) as Kind[]).flatMap((kind) => Array<Kind>(DEEDS[kind].share).fill(kind));

/** A server remembers each address for a while. So they are used again: else that would look like a leak. */
const ADDRESSES = 16;
/** So many connect at the same time. */
const AT_ONCE = 50;

/** An unmasked frame: RFC 6455 forbids it (section 5.1). */
const AGAINST_THE_RULES = rawFrame(1, 'hi', { masked: false });
const GOODBYE = rawFrame(8, Buffer.from([0x03, 0xe8])); // 1000

const PING = 9;
const PONG = 10;

type Client = {
  kind: Kind;
  socket: Socket;
  say: (...messages: unknown[]) => void;
  /** Resolves when the server has answered a ping, and so has read all before it. */
  isHeard: () => Promise<unknown>;
  /** Resolves when its socket is gone, at this end. */
  closed: Promise<void>;
};

/** What the crowd says: no two calls are the same, however many crowds there are. */
let calls = 0;

/** So much work goes first, in calls of one client: a server that keeps the newest messages has as many as it keeps. */
const FIRST_CALLS = 2000;

/** Lets somebody talk for long, so that what a server keeps on purpose is there before anything is measured. */
export async function warmUp(place: Place): Promise<void> {
  const most = place.atOnce ?? FIRST_CALLS;
  for (let said = 0; said < FIRST_CALLS; said += most) {
    const client = await connect(place, 'talks', `warm up ${said}`, 0);
    for (let calls = 0; calls < most; calls += 100) {
      client.say(...someCalls(place, Math.min(100, most - calls)));
      await client.isHeard();
    }
    await leave(client);
  }
  await tidy(place);
}

/**
 * Lets one wave of clients come, misbehave, and go: when this resolves their sockets are gone, at this end.
 *
 * @param wave its number: names of clients have it
 * @param atHeight is called when all are there
 */
export async function playWave(
  place: Place,
  wave: number,
  size: number,
  atHeight: () => Promise<void>,
): Promise<void> {
  const gone = await playFrozen(place, wave, size, atHeight);
  thaw(place.cable);
  await Promise.all(gone);
  await tidy(place);
}

/** The same, but those who froze stay so. Gives what resolves when they are gone, for each of them. */
export async function playFrozen(
  place: Place,
  wave: number,
  size: number,
  atHeight: () => Promise<void>,
): Promise<Promise<void>[]> {
  const clients: Client[] = [];
  for (let first = 0; first < size; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, size - first) }, async (_, at) => {
      const n = first + at;
      clients.push(await connect(place, KINDS[n % KINDS.length] ?? 'talks', `w${wave} c${n}`, wave));
    });
    await Promise.all(some);
  }
  await Promise.all(clients.map((client) => misbehave(client, place)));
  place.cable.freeze();
  const frozen = clients.filter(({ kind }) => kind === 'freezes');
  for (const client of frozen) client.say(...someCalls(place, DEEDS.freezes.says));
  await atHeight();
  await Promise.all(clients.filter(({ kind }) => kind !== 'freezes').map(leave));
  return frozen.map(({ closed }) => closed);
}

/** Ends all that is frozen, and makes the cable fit for those who come next. */
export function thaw(cable: Cable): void {
  cable.reset();
  cable.heal();
}

/** @param wave whose address it has, where that is limited */
async function connect(place: Place, kind: Kind, name: string, wave: number): Promise<Client> {
  const { socketUrl, cable, fuzz, atOnce, door } = place;
  const localAddress = atOnce === undefined ? '127.0.0.1' : addressOf(wave % ADDRESSES);
  const own = await addressFor(door, socketUrl, `mallory ${name}`, { localAddress });
  const { pathname, search } = new URL(own);
  const url = kind === 'freezes' ? `ws://127.0.0.1:${cable.port}${pathname}${search}` : own;
  // The cable has only one address.
  const address = kind === 'freezes' ? undefined : localAddress;
  const { socket, status, rest } = await rawConnect(url, {}, address);
  if (status !== 101) throw new Error(`${name} was answered with ${status}.`);
  socket.setNoDelay(true);
  let pongs = 0;
  let wake = () => {};
  const decoder = createDecoder('server', {
    keep: () => 0,
    onFrame: ({ opcode }) => {
      if (opcode !== PONG) return;
      pongs += 1;
      wake();
    },
  });
  if (kind !== 'never reads') {
    decoder.push(rest);
    socket.on('data', (bytes) => decoder.push(bytes));
  }
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
  let pings = 0;
  const client: Client = {
    kind,
    socket,
    closed,
    say: (...messages) => {
      if (!socket.destroyed)
        socket.write(Buffer.concat(messages.map((message) => rawFrame(1, asSent(message)))));
    },
    isHeard() {
      pings += 1;
      const wanted = pings;
      const heard = new Promise<void>((resolve) => {
        wake = () => {
          if (pongs >= wanted) resolve();
        };
      });
      if (!socket.destroyed) socket.write(rawFrame(PING));
      return Promise.race([heard, closed]);
    },
  };
  client.say(...(fuzz.opening?.(name) ?? []));
  return client;
}

/** Resolves when all that comes of it has come, as far as one can know. */
async function misbehave(client: Client, place: Place): Promise<void> {
  const { kind, socket } = client;
  client.say(...someCalls(place, DEEDS[kind].says));
  if (kind === 'breaks the rules') socket.write(AGAINST_THE_RULES);
  else if (kind !== 'never reads') await client.isHeard();
  // Half a frame: the rest never comes.
  if (kind === 'is cut') socket.write(rawFrame(1, 'The rest of this never comes.').subarray(0, 9));
}

/** Resolves when its socket is gone. */
function leave({ kind, socket, closed }: Client): Promise<void> {
  if (kind === 'talks') socket.write(GOODBYE);
  // A server may just have ended it by itself: it waits for pongs, and none of these clients sends one.
  else if (kind !== 'breaks the rules' && !socket.destroyed) breakOff(socket);
  return closed;
}

async function tidy(place: Place): Promise<void> {
  if (place.tidy === undefined) return;
  const client = await connect(place, 'talks', 'tidy', 0);
  client.say(place.tidy);
  await client.isHeard();
  await leave(client);
}

function someCalls({ fuzz }: Place, count: number): unknown[] {
  return Array.from({ length: count }, () => {
    calls += 1;
    return fuzz.call(calls).message;
  });
}
