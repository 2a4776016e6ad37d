/** The lesson's page as an oracle: the same is done on it and on the learner's page, and what they send and show is compared. */
import type { Cable } from '#shared/lesson/cable.ts';
import { type Message, short } from './fits.ts';
import { WrongAnswer } from './problems.ts';
import type { PageRoom, Painter, Place } from './room.ts';
import type { Client } from './test-client.ts';

/** What is done on both pages, or around them. */
export type PageMove =
  /** Presses the mouse button at the first place, moves over the others, and lets go. */
  | { does: 'draws'; points: Place[] }
  | { does: 'presses'; role: 'button' | 'radio'; label: string }
  | { does: 'slides'; label: string; value: number }
  /** Somebody else says this to the server. */
  | { does: 'says'; what: object[] }
  /** From now on nothing gets from the pages to the server, until it is healed. What they show is not compared meanwhile. */
  | { does: 'freezes' }
  | { does: 'heals' }
  /** The connections of both pages break, and both press "Connect again". */
  | { does: 'breaks' }
  | { does: 'connects' };

/** How far two places may be from each other that are the same: less than the eye sees. */
const NEAR = 0.005;
/** How many frames to give to a message that has not come: a page may collect what it sends. */
const PATIENT_FRAMES = 20;
const [ACROSS, DOWN] = [60, 40];

type Stage = { yours: Painter; lessons: Painter; cables: Cable[]; bob: Client; lesson: string };

/**
 * Plays moves on the learner's page and on the lesson's page, who are in one room: so the server tells both the same.
 *
 * @throws WrongAnswer where they send or show something else
 */
export async function playBesideLesson(room: PageRoom, moves: PageMove[]): Promise<void> {
  const cables = [await room.cable('alice'), await room.cable('lesson')];
  const bob = await room.connect('bob');
  const [yours, lessons] = [await room.open('alice'), await room.openLesson('lesson')];
  const stage: Stage = { yours, lessons, cables, bob, lesson: room.lesson };
  let [isFrozen, isCut] = [false, false];
  let said = 0;
  for (const move of moves) {
    const before = [yours.sent().length, lessons.sent().length] as const;
    await make(move, stage);
    if (move.does === 'says') said += move.what.length;
    isFrozen = move.does === 'freezes' || (isFrozen && move.does !== 'heals');
    isCut = move.does === 'breaks' || (isCut && move.does !== 'connects');
    const words = wordsFor(move, isCut);
    await compareSent(stage, before, words);
    if (isFrozen || move.does === 'slides' || (move.does === 'presses' && move.role === 'radio')) continue;
    if (!isCut) await untilHeard(stage, said + yours.sent().length + lessons.sent().length);
    await comparePictures(stage, words);
  }
}

/** On both pages at once, where that saves time: their lines come in one order all the same. */
async function make(move: PageMove, { yours, lessons, cables, bob }: Stage): Promise<void> {
  const both = (act: (page: Painter) => Promise<void>) => Promise.all([act(yours), act(lessons)]);
  switch (move.does) {
    case 'draws':
      await both((page) => page.drag(move.points, 1));
      break;
    case 'presses':
      await both((page) => page.press(move.role, move.label));
      break;
    case 'slides':
      await both((page) => page.slide(move.label, move.value));
      break;
    case 'says':
      bob.sendAll(move.what);
      break;
    case 'freezes':
      for (const cable of cables) cable.freeze('up');
      break;
    case 'heals':
      for (const cable of cables) cable.heal();
      break;
    case 'breaks':
      for (const cable of cables) cable.reset();
      await both((page) => page.isClosed());
      break;
    case 'connects':
      await both((page) => page.connectsAgain());
  }
}

async function compareSent(
  { yours, lessons, lesson }: Stage,
  before: readonly [number, number],
  words: string,
): Promise<void> {
  const since = (page: Painter, from: number) => page.sent().slice(from);
  await lessons.nextFrame();
  const expected = since(lessons, before[1]);
  for (let frame = 0; frame < PATIENT_FRAMES; frame += 1) {
    await yours.nextFrame();
    if (since(yours, before[0]).length >= expected.length) break;
  }
  const came = since(yours, before[0]);
  const differs = expected.findIndex((message, n) => whatDiffers(message, came[n]) !== undefined);
  if (came.length !== expected.length) {
    const next = expected[came.length];
    const more = came[expected.length];
    throw new WrongAnswer(
      `${words}, ${lesson}'s page sends ${count(expected)}, yours sends ${count(came)}.${
        more ? ` One too many is ${print(more)}.` : ''
      }${next ? ` What is missing is ${print(next)}.` : ''}`,
    );
  }
  const [asked, got] = [expected[differs], came[differs]];
  if (!asked || !got) return;
  throw new WrongAnswer(
    `${words}, the ${whatDiffers(asked, got)} is not the same: ${lesson}'s page sends ${print(asked)}, yours sends ${print(got)}.`,
  );
}

/** The first field of a message that is not as the lesson's page sends it. A colour may be in capitals. */
function whatDiffers(expected: Message, came: Message | undefined): string | undefined {
  return Object.keys(expected).find((key) => {
    const [one, other] = [expected[key], came?.[key]];
    if (Array.isArray(one) && Array.isArray(other)) {
      return other.length !== one.length || one.some((number, n) => !(Math.abs(number - other[n]) <= NEAR));
    }
    const text = (value: unknown) => JSON.stringify(value)?.toLowerCase();
    return text(one) !== text(other);
  });
}

/** Waits until both pages have heard of so many changes. Where one does not, its picture tells. */
async function untilHeard({ yours, lessons }: Stage, seq: number): Promise<void> {
  const hasHeard = (page: Painter) => Number(page.heard().at(-1)?.seq) >= seq;
  for (let frame = 0; frame < PATIENT_FRAMES; frame += 1) {
    if (hasHeard(yours) && hasHeard(lessons)) break;
    await Promise.all([yours.nextFrame(), lessons.nextFrame()]);
  }
  await Promise.all([yours.nextFrame(), lessons.nextFrame()]);
}

async function comparePictures({ yours, lessons, lesson }: Stage, words: string): Promise<void> {
  const picture = await lessons.picture();
  if ((await yours.picture()) === picture || (await yours.hasPicture(picture))) return;
  const [fields, right] = [await yours.fields(ACROSS, DOWN), await lessons.fields(ACROSS, DOWN)];
  const at = right.findIndex((colour, n) => colour !== fields[n]);
  const start = `${words}, your canvas is not the one of ${lesson}'s page`;
  if (at < 0) {
    throw new WrongAnswer(
      `${start}: the edges of lines differ. Is a line painted twice, or was it not taken away?`,
    );
  }
  const place = [((at % ACROSS) + 0.5) / ACROSS, (Math.floor(at / ACROSS) + 0.5) / DOWN];
  const where = place.map((number) => number.toFixed(2)).join(', ');
  throw new WrongAnswer(`${start}: at [${where}] it is ${fields[at]}, not ${right[at]}.`);
}

function wordsFor(move: PageMove, isCut: boolean): string {
  const without = isCut ? ' while her page is not connected' : '';
  switch (move.does) {
    case 'draws':
      return `When alice ${move.points.length === 1 ? 'taps' : 'draws'} on the canvas${without}`;
    case 'presses':
      return `When alice presses "${move.label}"${without}`;
    case 'slides':
      return `When alice sets "${move.label}" to ${move.value}${without}`;
    case 'says':
      return `After what bob ${isCut ? 'did while alice was not connected' : 'sent'}`;
    case 'freezes':
    case 'heals':
      return 'When a slow network lets through what it held';
    case 'breaks':
      return 'When the connection is lost';
    case 'connects':
      return 'After "Connect again"';
  }
}

/** What was sent, in words: 2 lines and 1 clear. */
function count(messages: Message[]): string {
  if (messages.length === 0) return 'nothing';
  const types = new Map<string, number>();
  for (const { type } of messages) types.set(String(type), (types.get(String(type)) ?? 0) + 1);
  return [...types].map(([type, n]) => `${n} ${type}${n === 1 ? '' : 's'}`).join(' and ');
}

function print(message: Message): string {
  return short(JSON.stringify(message));
}
