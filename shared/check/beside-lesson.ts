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
  /** The learner's page alone draws, and then both connections break: the server never gets these lines. */
  | { does: 'loses'; points: Place[] }
  /** Both press "Connect again". */
  | { does: 'connects' };

/** How far two places may be from each other that are the same: less than the eye sees. */
const NEAR = 0.005;
/** How many frames to give to what has not come: a page may collect what it sends, and a machine may be busy. */
const PATIENT_FRAMES = 30;
/** So many places of two pictures are compared, to name the one that differs most. */
const [ACROSS, DOWN] = [150, 100];

type Stage = {
  yours: Painter;
  lessons: Painter;
  cables: { yours: Cable; lessons: Cable };
  bob: Client;
  lesson: string;
  /** How many messages of each were looked at so far. */
  seen: { yours: number; lessons: number };
  /** How many changes the server has heard of, but for what was not looked at. */
  changes: number;
  isFrozen: boolean;
  /** Where there is no connection: what the learner's page shows, and what was lost with the connection. */
  cut?: { picture: string; lost: Message[] };
};

/**
 * Plays moves on the learner's page and on the lesson's page, who are in one room: so the server tells both the same.
 *
 * @throws WrongAnswer where they send or show something else
 */
export async function playBesideLesson(room: PageRoom, moves: PageMove[]): Promise<void> {
  const cables = { yours: await room.cable('alice'), lessons: await room.cable('lesson') };
  const bob = await room.connect('bob');
  const [yours, lessons] = await Promise.all([room.open('alice'), room.openLesson('lesson')]);
  const seen = { yours: 0, lessons: 0 };
  const stage: Stage = {
    ...{ yours, lessons, cables, bob, seen, changes: 0, isFrozen: false },
    lesson: room.lesson,
  };
  for (const move of moves) {
    const words = wordsFor(move, stage.cut !== undefined);
    await make(move, stage);
    if (move.does === 'loses') continue;
    const lost = move.does === 'connects' ? stage.cut?.lost : undefined;
    if (move.does === 'connects') delete stage.cut;
    await untilQuiet(stage);
    if (lost) expectOnlyLost(stage, lost, words);
    else compareSent(stage, words);
    if (stage.cut) await expectUnchanged(stage, stage.cut.picture, words);
    else if (!stage.isFrozen && !isSetting(move)) await comparePictures(stage, words);
  }
}

/** Whether a move sends nothing, and shows nothing on the canvas. */
function isSetting(move: PageMove): boolean {
  return move.does === 'slides' || (move.does === 'presses' && move.role === 'radio');
}

/** On both pages at once, where that saves time: their lines come in one order all the same. */
async function make(move: PageMove, stage: Stage): Promise<void> {
  const { yours, lessons, cables, bob } = stage;
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
      stage.changes += move.what.length;
      break;
    case 'freezes':
      for (const cable of Object.values(cables)) cable.freeze('up');
      stage.isFrozen = true;
      break;
    case 'heals':
      for (const cable of Object.values(cables)) cable.heal();
      stage.isFrozen = false;
      break;
    case 'loses':
      await lose(move.points, stage);
      break;
    case 'connects':
      for (const cable of Object.values(cables)) cable.heal();
      await both((page) => page.connectsAgain());
  }
}

async function lose(points: Place[], stage: Stage): Promise<void> {
  const { yours, lessons, cables, seen } = stage;
  cables.yours.freeze('up');
  await yours.drag(points, 1);
  await yours.nextFrame();
  const lost = yours.sent().slice(seen.yours);
  seen.yours += lost.length;
  stage.changes -= lost.length;
  for (const cable of Object.values(cables)) {
    cable.refuse(); // Some pages try again at once.
    cable.reset();
  }
  await Promise.all([yours.isClosed(), lessons.isClosed()]);
  await yours.nextFrame();
  stage.cut = { picture: await yours.picture(), lost };
}

/** Waits until the learner's page has sent as much as the lesson's, and both have heard and painted what the server says. */
async function untilQuiet(stage: Stage): Promise<void> {
  const { yours, lessons, seen, changes } = stage;
  await Promise.all([yours.answers(), lessons.answers()]);
  const isQuiet = () => {
    const expected = lessons.sent().length - seen.lessons;
    const came = yours.sent().length - seen.yours;
    if (came < expected) return false;
    const seq = changes + yours.sent().length + lessons.sent().length;
    const hasHeard = (page: Painter) => Number(page.heard().at(-1)?.seq) >= seq;
    return stage.cut || stage.isFrozen || (hasHeard(yours) && hasHeard(lessons));
  };
  // What is missing after that is told by what is compared.
  for (let frame = 0; frame < PATIENT_FRAMES && !isQuiet(); frame += 1) {
    await Promise.all([yours.nextFrame(), lessons.nextFrame()]);
  }
  await Promise.all([yours.nextFrame(), lessons.nextFrame()]);
}

function compareSent({ yours, lessons, lesson, seen }: Stage, words: string): void {
  const expected = lessons.sent().slice(seen.lessons);
  const came = yours.sent().slice(seen.yours);
  seen.lessons += expected.length;
  seen.yours += came.length;
  if (came.length !== expected.length) {
    const [more, less] = [came[expected.length], expected[came.length]];
    throw new WrongAnswer(
      [
        `${words}, ${lesson}'s page sends ${count(expected)}, yours sends ${count(came)}.`,
        ...(more ? [`One too many is ${print(more)}.`] : []),
        ...(less ? [`What is missing is ${print(less)}.`] : []),
      ].join(' '),
    );
  }
  expected.forEach((message, n) => {
    const field = whatDiffers(message, came[n]);
    if (field === undefined) return;
    throw new WrongAnswer(
      `${words}, "${field}" is not the same: ${lesson}'s page sends ${print(message)}, yours sends ${print(came[n])}.`,
    );
  });
}

/** After a new connection: what the last one has lost may be sent again, and nothing else. */
function expectOnlyLost({ yours, seen }: Stage, lost: Message[], words: string): void {
  const left = [...lost];
  for (const message of yours.sent().slice(seen.yours)) {
    const at = left.findIndex((one) => whatDiffers(one, message) === undefined);
    if (at < 0) {
      throw new WrongAnswer(
        `${words}, your page sends ${print(message)}. It may send again what did not arrive, once, and nothing else.`,
      );
    }
    left.splice(at, 1);
    seen.yours += 1;
  }
}

/** Without a connection a page shows nothing new. */
async function expectUnchanged({ yours }: Stage, picture: string, words: string): Promise<void> {
  if ((await yours.picture()) === picture) return;
  throw new WrongAnswer(`${words}, your canvas changes. Nobody else can see that: show only what was sent.`);
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

async function comparePictures({ yours, lessons, lesson }: Stage, words: string): Promise<void> {
  for (let picture = ''; ; ) {
    const next = await lessons.picture();
    // Only where lines come that nobody could wait for, it changes meanwhile.
    if (next === picture) break;
    picture = next;
    if ((await yours.picture()) === picture || (await yours.hasPicture(picture))) return;
  }
  const [fields, right] = [await yours.fields(ACROSS, DOWN), await lessons.fields(ACROSS, DOWN)];
  const differences = right.map((colour, n) => distance(colour, fields[n]));
  const most = Math.max(...differences);
  const at = differences.indexOf(most);
  const start = `${words}, your canvas is not the one of ${lesson}'s page`;
  if (most < 20) throw new WrongAnswer(`${start}: the edges of a line differ. Is it painted twice?`);
  const place = [((at % ACROSS) + 0.5) / ACROSS, (Math.floor(at / ACROSS) + 0.5) / DOWN];
  const where = place.map((number) => number.toFixed(2)).join(', ');
  throw new WrongAnswer(`${start}: at [${where}] it is ${fields[at]}, not ${right[at]}.`);
}

/** How much two colours differ, as #rrggbb. */
function distance(one: string, other = '#000000'): number {
  const parts = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const others = parts(other);
  return parts(one).reduce((sum, part, n) => sum + Math.abs(part - (others[n] ?? 0)), 0);
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
    case 'loses':
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

function print(message: Message | undefined): string {
  return short(JSON.stringify(message) ?? 'nothing');
}
