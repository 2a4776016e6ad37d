/** Soaks one server: waves of clients that behave badly, and one that is polite. What is left of them when they have gone? */
import { setTimeout as sleep } from 'node:timers/promises';
import { openCable } from '#shared/lesson/cable.ts';
import type { Traits } from '#shared/testing/traits.ts';
import { type MeasuredServer, startMeasured } from '#shared/tools/bench/measured-server.ts';
import { type Place, playFrozen, playWave, thaw, warmUp } from './crowd.ts';
import type { Measured, Polite } from './polite-talk.ts';
import { type Fit, fitLine, judgeGrowth } from './slope.ts';

export type Soak = {
  /** The server, named from the root: 'lessons/03/server.ts', or a copy of it. */
  file: string;
  traits: Traits & { folder: string };
  polite: Polite;
  /** In seconds: so long waves come, and longer where that does not tell enough. */
  seconds: number;
  /** So many clients come in each wave. */
  size: number;
  /** Whether a server that ends silent links by itself has the time to do so, with those of the last wave. */
  waitsForSilent: boolean;
};

/** How long, and how many: by hand, and as a part of `npm run verify`. */
export const LONG = { seconds: 20, size: 200, waitsForSilent: true };
export const SHORT = { seconds: 3, size: 50, waitsForSilent: false };

/** Memory is in KiB, after a garbage collection: on the heap and in buffers. */
export type Soaked = {
  waves: number;
  /** So many clients were in each wave, and in all. */
  size: number;
  clients: number;
  /** After the warm-up, with a whole wave in the house, and at the end. */
  before: number;
  height: number;
  after: number;
  /** What a wave leaves, and whether that is more than it may. */
  fit: Fit;
  grows: boolean;
  polite: Measured;
  /** What was there at the end, when all had gone, and was not there before anybody came. */
  left: { sockets: number; timers: number };
  /** How many silent links there were, and how many the server has ended by itself, where it had the time. */
  silent: Silent | undefined;
  /** What is wrong, as sentences. */
  faults: string[];
};

type Silent = { all: number; ended: number };

/** In KiB, so much a client may leave: 16 bytes. The smallest entry of a Set or a Map takes 20. */
export const MOST_LEFT = 1 / 64;
/**
 * What the engine learns of the code that runs must not look like a leak: with its compilers on, the heap of ws alone
 * grows by 600 KiB over 4,000 clients. Without them it stays the same, to the kilobyte.
 */
const NOTHING_LEARNT = ['--no-opt', '--no-sparkplug', '--no-lazy-feedback-allocation'];
/** The waves before this one are not measured: what runs for the first time leaves something. */
const FIRST_MEASURED = 4;
/** In ms. Some seconds after its start the engine takes about 1 MiB in one go, whatever there is to do. */
const SETTLES = 4_000;
const LEAST_WAVES = 8;
/** A server on which even so many do not tell enough is judged by its slope alone. */
const MOST_WAVES = 200;
/** A server that has answered so often since a socket of its was closed the last time closes no more of them. */
const PATIENT_LOOKS = 200;
const BETWEEN_LOOKS = 10;

/** @throws where the polite client or the whole crowd is not served */
export async function soakServer({ file, traits, polite, ...soak }: Soak): Promise<Soaked> {
  const { folder, fuzz } = traits;
  const server = await startMeasured(file, {}, NOTHING_LEARNT);
  const { port } = new URL(server.socketUrl);
  const cable = await openCable(Number(port));
  const { tidy, allows } = traits.soak ?? {};
  const { door } = traits;
  const place: Place = { socketUrl: server.socketUrl, cable, fuzz, door, tidy, atOnce: allows?.atOnce };
  try {
    const atFirst = await server.open();
    await polite.talk(folder, server.socketUrl);
    await warmUp(place);
    const told = await measureWaves(server, place, polite, soak);
    const ms = soak.waitsForSilent ? traits.soak?.endsSilent : undefined;
    const silent = ms === undefined ? undefined : await goSilent(server, place, soak.size, ms);
    const measured = await polite.leave();
    await untilLeft(server, 0);
    // What is gathered is told a moment later, also where nobody is left.
    await untilLeft(server, atFirst.timers, PATIENT_LOOKS, 'timers');
    const { sockets, timers } = await server.open();
    const left = { sockets: sockets - atFirst.sockets, timers: timers - atFirst.timers };
    const soaked = { ...told, polite: measured, left, silent };
    return { ...soaked, faults: faultsOf(soaked) };
  } finally {
    await cable.end();
    await server.stop();
  }
}

type Waves = Pick<Soaked, 'waves' | 'size' | 'clients' | 'before' | 'height' | 'after' | 'fit' | 'grows'>;

async function measureWaves(
  server: MeasuredServer,
  place: Place,
  polite: Polite,
  { seconds, size }: Pick<Soak, 'seconds' | 'size'>,
): Promise<Waves> {
  const memory = async () => (await server.memory()).heap / 1024;
  const limit = size * MOST_LEFT;
  const measured: number[] = [];
  let height = 0;
  let end = 0;
  const settled = Date.now() + SETTLES;
  for (let wave = 1; ; wave += 1) {
    const isSettled = wave >= FIRST_MEASURED && Date.now() >= settled;
    // To collect garbage costs the polite client time: the height is looked at once.
    await playWave(place, wave, size, async () => {
      if (isSettled && height === 0) height = await memory();
    });
    await untilLeft(server, 1);
    const trouble = polite.trouble();
    if (trouble !== undefined) throw new Error(trouble);
    if (!isSettled) continue;
    measured.push(await memory());
    end ||= Date.now() + seconds * 1000;
    // What is kept in a Set or a Map takes memory each time that their number has doubled, and not in between.
    const isEnough = measured.length >= Math.max(LEAST_WAVES, (2 * wave) / 3) && Date.now() >= end;
    const growth = judgeGrowth(measured, limit);
    if (!(isEnough && growth !== 'unclear') && measured.length < MOST_WAVES) continue;
    const [before = 0, after = 0] = [measured[0], measured.at(-1)];
    const fit = fitLine(measured);
    const grows = growth === 'grows' || (growth === 'unclear' && fit.slope > limit);
    return { waves: measured.length, size, clients: wave * size, before, height, after, fit, grows };
  }
}

/** Looks again and again until the server has no more sockets (or timers) than this, or ends no more of them. */
async function untilLeft(
  server: MeasuredServer,
  most: number,
  patience = PATIENT_LOOKS,
  what: 'sockets' | 'timers' = 'sockets',
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < patience; looks += 1) {
    const { [what]: now } = await server.open();
    if (now <= most) return now;
    if (now < least) looks = 0;
    least = Math.min(least, now);
    await sleep(BETWEEN_LOOKS);
  }
  return least;
}

/** Lets some clients go silent, and counts how many of them the server has ended by itself. */
async function goSilent(server: MeasuredServer, place: Place, size: number, ms: number): Promise<Silent> {
  const all = (await playFrozen(place, 0, size, async () => {})).length;
  await untilLeft(server, all + 1);
  const left = (await untilLeft(server, 1, (4 * ms) / BETWEEN_LOOKS)) - 1;
  thaw(place.cable);
  return { all, ended: all - left };
}

function faultsOf({ grows, before, after, waves, left, silent }: Omit<Soaked, 'faults'>): string[] {
  const faults: string[] = [];
  if (grows)
    faults.push(
      `Its memory grows: from ${before.toFixed(0)} to ${after.toFixed(0)} KiB in ${waves} waves, though all have gone.`,
    );
  if (left.sockets > 0) faults.push(`${left.sockets} sockets are open at the end, when all have gone.`);
  if (left.timers > 0) faults.push(`${left.timers} timers are left at the end, when all have gone.`);
  if (silent && silent.ended < silent.all)
    faults.push(
      `It has ended ${silent.ended} of ${silent.all} silent links, and says that it ends them all.`,
    );
  return faults;
}
