/** The lesson as an oracle: plays what people may do against an answer and against the lesson's server, and compares. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Arbitrary } from 'fast-check';
import { hashOf } from '#shared/course/hash.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Answer, type Approach, askFor, type Request } from './asking.ts';
import { openScene } from './check-clock.ts';
import { compile } from './compile.ts';
import { LEAK } from './edges.ts';
import { fits, isMessage, type Message, type Pattern, printPattern, readJson } from './fits.ts';
import type { Host } from './host.ts';
import { drawScripts, type FastCheck, type Move, type Said, SEED } from './moves.ts';
import { type HeardBy, play, type Step } from './play.ts';
import { createPatience, nowIn, type Scene } from './scene.ts';

/** What an exercise says of its oracle. */
export type Oracle = {
  /** The server of the lesson that explains the task, named from the root: 'lessons/04/server.ts' */
  lesson: string;
  /** Scripts that are always played. */
  scripts: Move[][];
  /** For more scripts: draws what one of the people says. */
  says: (fc: FastCheck, who: string) => Arbitrary<Said>;
  /**
   * What the task asks for where the lesson's server sends this: the same, but for what it leaves free.
   * @param since when the move began, in ms, on the clock of the answer's process
   * @param now what that clock shows now
   */
  asks: (message: Message, since: number, now: number) => Pattern;
  /** Where not everybody may connect: gives what somebody connects with, after having asked for it. Each server has its own. */
  enter?: (ask: (what: Request) => Promise<Answer>) => (who: string) => Promise<Approach>;
  /** The types of message that the protocol has. Others may come at any time. */
  types: string[];
};

/** So many more scripts are drawn: few where a learner waits, more where another seed is asked for. */
const DRAWN = process.env.ORACLE_SEED === undefined ? 3 : 10;

/** What the lesson's server sent to each of them after each move, as texts. */
export type Recorded = Record<string, { texts: string[]; closed?: number }>[];

/** Scripts, played one after the other on one server, and what the lesson's server makes of them. */
export type Consultation = { scripts: Move[][]; steps: Recorded };

/** Where, and how, an answer differs from the lesson. */
export type Difference = {
  /** The number of the move. */
  at: number;
  who: string;
  /** What the lesson's server sends, as the task asks for it, or undefined where it sends nothing. */
  expected: string | undefined;
  /** What the answer sends in its place. */
  came: string | undefined;
};

/** Where the lesson's server runs, and for whom. */
export type Place = {
  /** The exercise, named from the root. */
  folder: string;
  /** Gives a process for it. */
  openHost: () => Host;
  /** What its clock shows at first (ms), where that is the check's, as that of the answer. Else both have the real one. */
  now?: number | undefined;
};

/** Gives the scripts with what the lesson makes of them. Whoever needs it again finds it in a file that git ignores. */
export async function consult(oracle: Oracle, place: Place): Promise<Consultation> {
  const { folder } = place;
  const file = recordFile(oracle, folder);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const scripts = [...oracle.scripts, ...(await drawScripts(oracle.says, DRAWN))].map(inFull);
  const lesson = await openLesson(oracle, place);
  try {
    const made = { scripts, steps: await lesson.play(scripts.flat(), true) };
    mkdirSync(dirname(file), { recursive: true });
    forget(folder);
    writeFileSync(file, JSON.stringify(made));
    return made;
  } finally {
    await lesson.end();
  }
}

/** At the end of a script everybody leaves. */
function inFull(script: Move[]): Move[] {
  return [...script, { does: 'ends', who: '' }];
}

export type Lesson = {
  /**
   * Plays a script against the lesson's server, started anew, and takes down what is heard.
   *
   * @param isSlow whether to wait after each move until nothing more can come: for what is kept
   */
  play: (script: Move[], isSlow?: boolean) => Promise<Recorded>;
  end: () => Promise<void>;
};

/** Gets the lesson's server ready in a process. */
export async function openLesson(oracle: Oracle, { openHost, now }: Place): Promise<Lesson> {
  const host = openHost();
  const source = join(ROOT, oracle.lesson);
  const { path, remove } = await compile(source);
  return {
    async play(script, isSlow = false) {
      const steps: Recorded = [];
      const port = await host.start(path, source, now);
      const onStep = (step: Step) => {
        const entries = [...step].map(([who, { heard, closed }]) => {
          const texts = heard.map(({ text }) => text);
          return [who, closed === undefined ? { texts } : { texts, closed }] as const;
        });
        steps.push(Object.fromEntries(entries));
        return true;
      };
      const scene = openScene(host, createPatience(), [], now);
      letIn(oracle, port, scene);
      const isComplete = () => !isSlow;
      await play(script, port, scene, { onStep, isComplete, isExpecting: () => false, isExact: true });
      return steps;
    },
    async end() {
      await Promise.all([remove(), host.end()]);
    },
  };
}

/**
 * Plays a script against an answer.
 *
 * @param steps what the lesson made of it
 * @param isExact whether a message too much is known by the move that caused it. Else it may be by a later one
 * @param onMove hears the number of the move that comes next
 * @returns the first difference, or undefined where there is none
 */
export async function compare(
  oracle: Oracle,
  script: Move[],
  steps: Recorded,
  port: number,
  scene: Scene,
  isExact: boolean,
  onMove: (at: number) => void,
): Promise<Difference | undefined> {
  let found: Difference | undefined;
  letIn(oracle, port, scene);
  const differs = (step: Step, at: number, began: number) => {
    const people = steps[at] ?? {};
    for (const who of new Set([...Object.keys(people), ...step.keys()])) {
      const difference = differenceOf(oracle, people[who], step.get(who), began, nowIn(scene));
      if (difference) return { ...difference, at, who };
    }
    return undefined;
  };
  await play(script, port, scene, {
    isExact,
    onStep(step, at, began) {
      onMove(at + 1);
      found = differs(step, at, began);
      return found === undefined;
    },
    isExpecting: (at) =>
      Object.values(steps[at] ?? {}).some(({ texts, closed }) => texts.length > 0 || closed !== undefined),
    isComplete: (step, at, began) => hasAll(step, steps[at]) && differs(step, at, began) === undefined,
  });
  return found;
}

function letIn({ enter }: Oracle, port: number, scene: Scene): void {
  if (enter) scene.enter = enter((what) => askFor('somebody', port, scene, what));
}

/** Whether as much has come as the lesson sends: only then it is worth to compare. */
function hasAll(step: Step, people: Recorded[number] = {}): boolean {
  return Object.entries(people).every(
    ([who, { texts }]) => (step.get(who)?.heard.length ?? 0) >= texts.length,
  );
}

function differenceOf(
  { asks, types }: Oracle,
  recorded: { texts: string[]; closed?: number } | undefined,
  heardBy: HeardBy | undefined,
  began: number,
  now: number,
): Pick<Difference, 'expected' | 'came'> | undefined {
  const left = [...(heardBy?.heard ?? [])];
  for (const text of recorded?.texts ?? []) {
    const message = readJson(text);
    const pattern = isMessage(message) ? asks(message, began, now) : {};
    const place = left.findIndex(({ value }) => fits(value, pattern));
    if (place < 0) return { expected: printPattern(pattern), came: left[0]?.text };
    left.splice(place, 1);
  }
  const leak = heardBy?.heard.find(({ decoded }) => decoded.includes(LEAK));
  if (leak) return { expected: undefined, came: leak.text };
  const tooMuch = left.find(({ value }) => !isMessage(value) || types.includes(String(value.type)));
  if (tooMuch) return { expected: undefined, came: tooMuch.text };
  if (recorded?.closed !== heardBy?.closed) {
    const words = (code: number | undefined) => (code === undefined ? undefined : `<closed with ${code}>`);
    return { expected: words(recorded?.closed), came: words(heardBy?.closed) };
  }
  return undefined;
}

function recordFile({ lesson }: Oracle, folder: string): string {
  const check = readdirSync(join(ROOT, 'shared/check')).map((name) => join(ROOT, 'shared/check', name));
  const texts = readdirSync(join(ROOT, dirname(lesson))).filter((name) => name.endsWith('.ts'));
  const sources = [
    ...check,
    ...texts.map((name) => join(ROOT, dirname(lesson), name)),
    join(ROOT, folder, 'exercise.test.ts'),
    join(ROOT, 'package-lock.json'),
  ];
  return join(RECORDS, `${recordName(folder)}${hashOf(sources)}.json`);
}

const RECORDS = join(ROOT, '.answers');
const recordName = (folder: string) => `oracle-${folder.replaceAll('/', '-')}-${SEED}-`;

/** Deletes what was recorded before something changed. */
function forget(folder: string): void {
  for (const name of readdirSync(RECORDS)) {
    if (name.startsWith(recordName(folder))) rmSync(join(RECORDS, name), { force: true });
  }
}
