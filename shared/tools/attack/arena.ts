/** One server, two who are polite, and one kind of attack after the other: what fell, as facts. */
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { within } from '#shared/check/within.ts';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import { addressFor, asSent, type Fact, type Fields } from '#shared/testing/traits.ts';
import { POLITE } from './heard.ts';
import type { Kind } from './kind.ts';
import type { Polite } from './polite-talk.ts';
import { openSite, type Site } from './site.ts';
import type { Usage, Victim } from './victim.ts';

export type Target = {
  /** As it is called in the table. */
  name: string;
  /** Whose traits say how to talk. '': the workshop. */
  folder: string;
  traits: Site['traits'];
  /** What empties what the server keeps on purpose. */
  tidy?: Fields | undefined;
  start: () => Promise<Victim>;
  /** Of the workshop: what it has. */
  folders: string[];
  /** What was written, or run, since the last time, and should not have been. */
  smuggled: () => string[];
};

export type Fall = { fact: Fact; why: string };
/** `letIn`: so many connections of strangers. */
export type Fought = { kind: string; falls: Fall[]; letIn: number; ms: number };

const MIB = 1024 * 1024;
/** In bytes, more than before anybody attacked. What is on the heap and in buffers, after a garbage collection. */
export const MOST_HELD = 16 * MIB;
export const MOST_KEPT = 8 * MIB;
/** In bytes: the whole process, at any moment. */
export const MOST_PEAK = 256 * MIB;
/** Messages of strangers that somebody polite hears, during one attack. */
export const MOST_NOISE = 500;
/** Lines of the log, and bytes, during one attack. */
export const MOST_LINES = 2500;
export const MOST_LOG = 512 * 1024;

/** In ms: no attack lasts longer, and nobody waits longer for a visitor to be served. */
const LONGEST = 60_000;
const PATIENCE = 30_000;
/** Looks at a server that still has to close, or to free, something: node keeps an idle HTTP connection for 5 s. */
const LOOKS = 200;
const BETWEEN_LOOKS = 30;
/** Bytes: what two looks may differ by when it stands still. */
const STILL = MIB / 4;
/** So many looks in a row. */
const STILL_LOOKS = 3;
/** And so many at most: a large heap takes long to look at. */
const MOST_STILL = 30;

export type Arena = {
  /** Lets one kind of attack go. */
  attack: (kind: Kind) => Promise<Fought>;
  /** In ms: how long each word of the polite took. */
  trips: () => number[];
  end: () => Promise<void>;
};

type Running = { victim: Victim; cable: Cable; base: Usage; peak: number };

/** @param hasAddresses whether strangers can have an address of their own */
export function openArena(target: Target, polite: Polite, hasAddresses: boolean): Arena {
  let running: Running | undefined;
  const trips: number[] = [];

  async function begin(): Promise<Running> {
    const victim = await target.start();
    const cable = await openCable(victim.port);
    const url = urlOf(victim, target);
    polite.talk(target.folder, url);
    const told = await polite.round();
    if (told.trouble !== undefined)
      throw new Error(`${target.name}: ${told.trouble}, and nobody attacks yet.`);
    // What is loaded when it is first asked for is there before anything is measured.
    for (const path of ['/', '/client.ts', '/workshop.ts'])
      await load(`http://127.0.0.1:${victim.port}${path}`);
    await visit(victim, target);
    const base = await stillUsage(victim);
    victim.log.since();
    if (base === undefined) throw new Error(`${target.name} ${victim.end()}`);
    await sleep(150); // The memory of the whole process is told ten times a second.
    return { victim, cable, base, peak: victim.peak() };
  }

  async function stop(): Promise<void> {
    polite.leave();
    await running?.cable.end();
    await running?.victim.stop();
    running = undefined;
  }

  return {
    async attack(kind) {
      running ??= await begin();
      const now = running;
      const began = performance.now();
      const { falls, letIn } = await fight(kind, now, target, polite, hasAddresses, trips);
      const ms = performance.now() - began;
      // What is left of it must not be taken for the work of the next one.
      if (falls.some(({ fact }) => ['ends', 'cuts', 'keeps', 'holds', 'ghost', 'runs'].includes(fact)))
        await stop();
      return { kind: kind.name, falls, letIn, ms };
    },
    trips: () => trips,
    end: stop,
  };
}

async function fight(
  kind: Kind,
  { victim, cable, base, peak }: Running,
  target: Target,
  polite: Polite,
  hasAddresses: boolean,
  trips: number[],
): Promise<Pick<Fought, 'falls' | 'letIn'>> {
  const falls: Fall[] = [];
  const fell = (fact: Fact, why: string) => {
    if (!falls.some((fall) => fall.fact === fact)) falls.push({ fact, why });
  };
  const isWorkshop = target.folder === '';
  const { site, letIn, leave } = openSite(
    {
      port: victim.port,
      host: `localhost:${victim.port}`,
      path: isWorkshop ? '/link' : '/',
      traits: target.traits,
      cable,
      isWorkshop,
      folders: target.folders,
      strangers: async () => ((await victim.usage())?.sockets ?? 0) - POLITE.length,
      fell,
    },
    hasAddresses,
  );
  await within(LONGEST, kind.run(site));
  const height = await stillUsage(victim);
  await leave();
  cable.reset();
  cable.heal();
  const why = await visit(victim, target);
  const after = await usageBack(victim, base.heap);
  if (height === undefined || after === undefined || why !== undefined) {
    return { falls: [{ fact: 'ends', why: victim.end() ?? why ?? 'no answer' }], letIn: letIn() };
  }
  const told = await polite.round();
  for (const trip of told.trips) trips.push(trip);
  if (told.trouble !== undefined) fell('cuts', told.trouble);
  for (const sentence of told.forged) fell('forges', sentence);
  if (!isWorkshop && told.noise > MOST_NOISE)
    fell('noise', `the polite had to hear ${told.noise} messages of strangers`);
  const most = victim.peak() - peak;
  if (height.heap - base.heap > MOST_HELD)
    fell('holds', `it holds ${mib(height.heap - base.heap)} for strangers`);
  if (most > MOST_PEAK) fell('holds', `its process took ${mib(most)} more`);
  const sockets = after.sockets - POLITE.length;
  if (sockets > 0) fell('keeps', `${sockets} sockets stay`);
  if (after.heap - base.heap > MOST_KEPT) fell('keeps', `${mib(after.heap - base.heap)} stay`);
  const { lines, bytes, forged } = victim.log.since();
  for (const line of forged) fell('log', `a stranger wrote in its log: ${JSON.stringify(line)}`);
  if (lines > MOST_LINES || bytes > MOST_LOG) fell('fills', `its log has ${lines} lines more, ${mib(bytes)}`);
  for (const what of target.smuggled()) fell('runs', what);
  return { falls, letIn: letIn() };
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function urlOf(victim: Victim, { folder }: Target): string {
  return `ws://localhost:${victim.port}${folder === '' ? '/link' : ''}`;
}

/** Loads a page, and leaves no connection behind: fetch would keep it for the next one. */
function load(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => response.resume().once('close', resolve)).once('error', reject);
  });
}

/** The most that it held until that stands still, for some looks: what was sent may still wait to be read. */
async function stillUsage(victim: Victim): Promise<Usage | undefined> {
  let usage = await victim.usage();
  let most = usage;
  for (
    let looks = 0, still = 0;
    looks < MOST_STILL && still < STILL_LOOKS && usage !== undefined;
    looks += 1
  ) {
    const before = usage.heap;
    await sleep(BETWEEN_LOOKS);
    usage = await victim.usage();
    if (usage !== undefined && usage.heap > (most?.heap ?? 0)) most = usage;
    still = usage !== undefined && Math.abs(usage.heap - before) < STILL ? still + 1 : 0;
  }
  return usage && most;
}

/** Waits until all sockets of strangers are closed, and their memory is free, or it is plain that they are not. */
async function usageBack(victim: Victim, heap: number): Promise<Usage | undefined> {
  for (let looks = 0; ; looks += 1) {
    const usage = await victim.usage();
    const isBack = usage && usage.sockets <= POLITE.length && usage.heap - heap <= MOST_KEPT;
    if (usage === undefined || isBack || looks >= LOOKS) return usage;
    await sleep(BETWEEN_LOOKS);
  }
}

/** Somebody new comes, is served, and goes. Gives why not, where that fails. */
async function visit(victim: Victim, target: Target): Promise<string | undefined> {
  const { fuzz, door } = target.traits;
  const { tidy } = target;
  const name = 'carol';
  try {
    const socket = new WebSocket(await addressFor(door, urlOf(victim, target), name), {
      perMessageDeflate: false,
    });
    visits += 1;
    const { message, answer } = fuzz.call(visits);
    const served = new Promise<string | undefined>((resolve) => {
      socket.on('message', (data) => data.toString().includes(answer) && resolve(undefined));
      socket.on('error', (error) => resolve(`a visitor had an error: ${error.message}`));
      socket.on('close', (code) => resolve(`a visitor was cut: ${code}`));
    });
    socket.on('open', () => {
      for (const one of [...(fuzz.opening?.(name) ?? []), message, ...(tidy ? [tidy] : [])])
        socket.send(asSent(one));
    });
    const why = await within(
      PATIENCE,
      served.then((sentence) => ({ sentence })),
    );
    if (why?.sentence === undefined && socket.readyState === WebSocket.OPEN) {
      socket.close(1000);
      await within(PATIENCE, once(socket, 'close'));
    }
    socket.terminate();
    return why ? why.sentence : `a visitor had no answer for ${PATIENCE / 1000} s`;
  } catch (error) {
    return `a visitor could not come in: ${error instanceof Error ? error.message : error}`;
  }
}

/** What visitors say has numbers of their own. */
let visits = 1_000_000;
