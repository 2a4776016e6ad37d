/** What an exercise is: its parts, and which files they are, as a learner's answer or as one of ours. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './root.ts';

/** One file of an answer, which is judged by itself. */
export type Part = {
  /** 'server.ts' */
  file: string;
};

export type Exercise<P extends Part = Part> = {
  /** '03' */
  number: string;
  /** Where the learner works, named from the root: 'exercises/03' */
  folder: string;
  /** Where the reference is, and what else we know of right and wrong answers: 'solutions/03' */
  solution: string;
  title: string;
  parts: P[];
};

/** The files of an answer as absolute paths, by the part that each of them is. */
export type Answer = Record<string, string>;

/** The answer that stands in a folder, named from the root: 'exercises/03', 'solutions/03', 'lessons/04'. */
export function answerIn({ parts }: Exercise, folder: string): Answer {
  return Object.fromEntries(parts.map(({ file }) => [file, join(ROOT, folder, file)]));
}

/** The files in which the learner works. */
export function answerFiles(exercise: Exercise): string[] {
  return Object.values(answerIn(exercise, exercise.folder));
}

/** The exercise as the course ships it: starter.ts stands for server.ts, starter-client.ts for client.ts. */
export function starterOf({ parts, solution }: Exercise): Answer {
  const nameOf = (file: string) => (file === 'server.ts' ? 'starter.ts' : `starter-${file}`);
  return Object.fromEntries(parts.map(({ file }) => [file, join(ROOT, solution, nameOf(file))]));
}

export type OtherAnswer = {
  /** 'class.ts' */
  name: string;
  /** From the root: 'solutions/03/also-right/class.ts' */
  path: string;
  /** The part in which it differs from the reference. */
  part: string;
  answer: Answer;
};

/** Other answers that are right: each is one file, in place of the reference's. */
export function otherAnswers(exercise: Exercise): OtherAnswer[] {
  const folder = `${exercise.solution}/also-right`;
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder)).map((name) => {
    const part = partOf(exercise, name);
    const path = `${folder}/${name}`;
    return {
      name,
      path,
      part,
      answer: { ...answerIn(exercise, exercise.solution), [part]: join(ROOT, path) },
    };
  });
}

/** The part that a file is by its name: client.ts and waiting-client.ts are client.ts. Else it is the first one. */
export function partOf({ parts }: Exercise, path: string): string {
  const name = basename(path);
  const found = parts.find(({ file }) => name === file || name.endsWith(`-${file}`)) ?? parts[0];
  return found?.file ?? name;
}

/** The file that is a part of an answer. @throws if the answer has none */
export function fileOf(answer: Answer, part: string): string {
  const file = answer[part];
  if (file === undefined) throw new Error(`This answer has no ${part}.`);
  return file;
}
