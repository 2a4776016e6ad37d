/** The last test of an exercise: the answer does what the lesson does, whatever people do. A difference is shown as short as possible. */
import type { Entry } from '#shared/lesson/conversation.ts';
import { openScene } from './check-clock.ts';
import { short } from './fits.ts';
import type { Started } from './hosts.ts';
import type { Move } from './moves.ts';
import {
  compare,
  consult,
  type Difference,
  type Oracle,
  openLesson,
  type Place,
  type Recorded,
} from './oracle.ts';
import { ServerProblem, WrongAnswer } from './problems.ts';
import { createPatience } from './scene.ts';

/** Milliseconds: after that long, what is found so far is short enough. */
const LONGEST_SHRINKING = 1200;
/** So much said at once stays together: a wait after each of a thousand messages would take too long. */
const MOST_APART = 100;
/** Characters: so much of what came is quoted. */
const LONGEST_QUOTE = 400;

/** Where an answer and the lesson run. */
type Stage = Place & {
  /** Starts the answer anew. */
  start: () => Promise<Started>;
};

/** One playing that went wrong. */
type Failure = { script: Move[]; at: number; entries: Entry[]; error: Error };

/**
 * Compares an answer with the lesson.
 *
 * @returns nothing where there is no difference, else the conversation that shows it, and the error with its sentence
 */
export async function compareWithLesson(
  oracle: Oracle,
  stage: Stage,
): Promise<{ entries: Entry[]; error: Error } | undefined> {
  const { scripts, steps } = await consult(oracle, stage);
  const all = scripts.flat();
  const inHaste = () => attempt(oracle, stage, all, steps, stage.start(), false);
  const first = await inHaste();
  if (!first) return undefined;
  const lesson = await openLesson(oracle, stage);
  const end = Date.now() + LONGEST_SHRINKING;
  // The lesson and the answer start at the same time: half of the work is done while one waits for the other.
  const tryOut: TryOut = async (script) => {
    if (Date.now() > end) return undefined;
    const starting = stage.start();
    starting.catch(() => {}); // It is awaited in the attempt.
    return attempt(oracle, stage, script, await lesson.play(script), starting);
  };
  try {
    const found = await reproduce(scripts, first.at, tryOut);
    if (found) return await shrink(found, tryOut);
    // Once more, and each move is waited for. What happens once, and not again, is no verdict.
    return (await attempt(oracle, stage, all, steps, stage.start())) ?? (await inHaste());
  } finally {
    await lesson.end();
  }
}

type TryOut = (script: Move[]) => Promise<Failure | undefined>;

/** Plays a script against the answer, which is started anew. */
async function attempt(
  oracle: Oracle,
  { now }: Stage,
  script: Move[],
  steps: Recorded,
  starting: Promise<Started>,
  isExact = true,
): Promise<Failure | undefined> {
  const entries: Entry[] = [];
  let at = 0;
  try {
    const { host, port } = await starting;
    const scene = openScene(host, createPatience(), entries, now);
    const difference = await compare(oracle, script, steps, port, scene, isExact, (move) => {
      at = move;
    });
    if (!difference) return undefined;
    return { script, at: difference.at, entries, error: new WrongAnswer(sentenceOf(difference, oracle)) };
  } catch (error) {
    if (error instanceof ServerProblem || error instanceof WrongAnswer) return { script, at, entries, error };
    throw error;
  }
}

/** What went wrong in the middle of all scripts, in less: the one script alone, or with some that came before. */
async function reproduce(scripts: Move[][], at: number, tryOut: TryOut): Promise<Failure | undefined> {
  let end = 0;
  const which = scripts.findIndex((script) => {
    end += script.length;
    return at < end;
  });
  const last = scripts[which] ?? [];
  const upTo = last.slice(0, last.length - (end - at) + 1);
  for (const before of [0, 1, 3, 8, which]) {
    const script = [...scripts.slice(Math.max(0, which - before), which).flat(), ...upTo];
    const failure = await tryOut(script);
    if (failure) return failure;
    if (before >= which) break;
  }
  return undefined;
}

/** Leaves out people, and then moves, many at once and one by one, as long as it still goes wrong. */
async function shrink(failure: Failure, tryOut: TryOut): Promise<Failure> {
  let shortest = cutAtFailure(failure);
  const shorten = async (script: Move[]) => {
    if (script.length === 0) return false;
    const found = await tryOut(script);
    if (found) shortest = cutAtFailure(found);
    return found !== undefined;
  };
  await shorten(shortest.script.flatMap(oneByOne));
  const last = shortest.script.at(-1)?.who;
  await shorten(shortest.script.filter((move) => move.who === last));
  for (const who of new Set(shortest.script.map((move) => move.who))) {
    if (who !== last) await shorten(shortest.script.filter((move) => move.who !== who));
  }
  const half = Math.ceil(shortest.script.length / 2);
  for (let size = half; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.script.length; ) {
      const { script } = shortest;
      if (!(await shorten([...script.slice(0, from), ...script.slice(from + size)]))) from += size;
    }
  }
  return shortest;
}

/** What is said at once, said one after the other. */
function oneByOne(move: Move): Move[] {
  if (move.does === 'together') return move.all.flatMap((one) => oneByOne({ does: 'says', ...one }));
  return move.does === 'says' && move.what.length < MOST_APART
    ? move.what.map((said) => ({ ...move, what: [said] }))
    : [move];
}

/** What comes after a failure had no part in it. */
function cutAtFailure(failure: Failure): Failure {
  return { ...failure, script: failure.script.slice(0, failure.at + 1) };
}

function sentenceOf({ who, expected, came }: Difference, { lesson }: Oracle): string {
  const name = `lesson ${lesson.split('/')[1]}'s server`;
  const quote = came && short(came, LONGEST_QUOTE);
  const yours = quote === undefined ? 'Yours sends nothing.' : `Yours sends ${quote}.`;
  if (expected !== undefined) return `After this, ${name} sends ${who} ${expected}. ${yours}`;
  return `After this, your server sends ${who} ${quote}. ${name.replace('l', 'L')} sends nothing like it.`;
}
