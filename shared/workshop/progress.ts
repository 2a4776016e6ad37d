/** What a learner has done: a small file of their own, which git ignores. The terminal and the web page share it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

const FILE = join(ROOT, '.progress.json');

export type ExerciseProgress = {
  /** A hash of the starter with which the learner began. */
  starter: string;
  /** A hash of the answer that solved it, once one has. */
  solved?: string;
  /** A hash of the answer of which all that could be judged was right, where a part could not. */
  inPart?: string;
  /** How many hints were shown, by the title of the test. */
  hints: Record<string, number>;
};

/** By the exercise's number. */
export type Progress = Record<string, ExerciseProgress>;

/**
 * Reads the file. Where it is none that this course wrote, it is kept under another name, and the learner starts anew:
 * the answers themselves are not in it.
 */
export function readProgress(): Progress {
  if (!existsSync(FILE)) return {};
  const text = readFileSync(FILE, 'utf8');
  try {
    const read: unknown = JSON.parse(text);
    if (isProgress(read)) return read;
  } catch {
    // It is no JSON.
  }
  const kept = `${FILE}.${Date.now()}.kept`;
  renameSync(FILE, kept);
  console.error(`${FILE} could not be read. It is now ${kept}.`);
  return {};
}

/** Changes the progress of one exercise. The file is written as a whole, so nobody ever reads half of it. */
export function noteProgress(number: string, change: (one: ExerciseProgress) => void): void {
  const progress = readProgress();
  const one = progress[number] ?? { starter: '', hints: {} };
  change(one);
  progress[number] = one;
  const next = `${FILE}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(progress, null, 2)}\n`);
  renameSync(next, FILE);
}

function isProgress(value: unknown): value is Progress {
  return isRecord(value) && Object.values(value).every(isExerciseProgress);
}

function isExerciseProgress(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.starter === 'string' &&
    [value.solved, value.inPart].every((hash) => hash === undefined || typeof hash === 'string') &&
    isRecord(value.hints) &&
    Object.values(value.hints).every((level) => Number.isInteger(level))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
