/** What a learner has done: a small file of their own, which git ignores. The terminal and the web page share it. */
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, readRegular } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';

const FILE = join(ROOT, '.progress.json');
/** It is there while a process changes the file. */
const LOCK = `${FILE}.lock`;
/** Milliseconds. A change takes about one: who holds the lock for longer has crashed. */
const LONGEST_CHANGE = 5000;

export type UnitProgress = {
  /** A hash of the starter with which the learner began. Of a lesson it is empty. */
  starter: string;
  /** A hash of the answer that solved it, once one has. */
  solved?: string;
  /** A hash of the answer of which all that could be judged was right, where a part could not. */
  inPart?: string;
  /** How many hints were shown, by the title of the test. */
  hints: Record<string, number>;
  /** Of a lesson: whether the end of its text was in view. */
  read?: true;
};

/** By the exercise's number, or by the lesson's folder: so a file that knows of no lessons is valid, too. */
export type Progress = Record<string, UnitProgress>;

/** What could not be written. It is kept as long as this process runs, and written as soon as that is possible. */
let unsaved: Progress = {};
let readTrouble: string | undefined;
let writeTrouble: string | undefined;
let told: string | undefined;

/**
 * Reads the file. Where it is none that this course wrote, it is kept under another name, and the learner starts anew:
 * the answers themselves are not in it. Where there is no file that can be read, see `progressTrouble`.
 */
export function readProgress(): Progress {
  readTrouble = undefined;
  return { ...readFile(), ...unsaved };
}

/** What is wrong with the file: a sentence that says what to do. Undefined where all is well. It is printed once, too. */
export function progressTrouble(): string | undefined {
  return readTrouble ?? writeTrouble;
}

/**
 * Changes the progress of one exercise or lesson. The file is written as a whole, so nobody ever reads half of it, and by one
 * process at a time, so none writes over what another has just written.
 */
export function noteProgress(name: string, change: (one: UnitProgress) => void): void {
  const isLocked = lock();
  try {
    const progress = readProgress();
    const one = progress[name] ?? { starter: '', hints: {} };
    change(one);
    unsaved[name] = one;
    if (readTrouble === undefined) writeFile({ ...progress, ...unsaved });
  } finally {
    if (isLocked) rmSync(LOCK, { force: true });
  }
}

function readFile(): Progress {
  if (!isThere(FILE)) return {};
  try {
    const text = readRegular(FILE).contents.toString();
    const read = parse(text);
    if (read) return read;
    const kept = `${FILE}.${Date.now()}.kept`;
    renameSync(FILE, kept);
    console.error(`${FILE} could not be read. It is now ${kept}.`);
  } catch (error) {
    readTrouble = tell(error instanceof Error ? error.message : String(error));
  }
  return {};
}

function writeFile(progress: Progress): void {
  const next = `${FILE}.${process.pid}`;
  try {
    writeFileSync(next, `${JSON.stringify(progress, null, 2)}\n`);
    renameSync(next, FILE);
    unsaved = {};
    writeTrouble = undefined;
  } catch (error) {
    writeTrouble = tell(`.progress.json can't be written. Change that: ${error}.`);
  }
}

/** Gives a sentence for the person, and prints it the first time. */
function tell(why: string): string {
  const text = `${why} Until then your progress is kept only as long as this program runs.`;
  if (text !== told) console.error(text);
  told = text;
  return text;
}

/** Waits until no other process changes the file. Gives whether this one may now: not where nothing can be written. */
function lock(): boolean {
  let holder = '';
  let since = 0;
  for (;;) {
    try {
      writeFileSync(LOCK, '', { flag: 'wx' });
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false;
    }
    const found = lstatSync(LOCK, { throwIfNoEntry: false });
    if (!found) continue;
    const now = `${found.ino} ${found.mtimeMs}`;
    if (now !== holder) since = performance.now();
    else if (performance.now() - since > LONGEST_CHANGE) rmSync(LOCK, { force: true });
    holder = now;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4);
  }
}

function parse(text: string): Progress | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isProgress(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isProgress(value: unknown): value is Progress {
  return isRecord(value) && Object.values(value).every(isUnitProgress);
}

function isUnitProgress(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.starter === 'string' &&
    [value.solved, value.inPart].every((hash) => hash === undefined || typeof hash === 'string') &&
    (value.read === undefined || value.read === true) &&
    isRecord(value.hints) &&
    Object.values(value.hints).every((level) => Number.isInteger(level))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
