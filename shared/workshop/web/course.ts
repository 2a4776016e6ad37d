/** The outline of the course, read from its texts: nothing here knows a lesson's number. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { readRegular } from '#shared/workshop/regular-file.ts';

/** A lesson or an exercise: one page of the workshop. */
export type Unit = {
  kind: 'lesson' | 'exercise';
  /** Two digits. */
  number: string;
  title: string;
  /** The one new idea, as the table of lessons says it. Empty for an exercise. */
  idea: string;
  /** The folder, named from the root: 'lessons/03'. It is the page's address, too. */
  folder: string;
};

/** All lessons and exercises, in the order in which they are done: lesson 01, exercise 01, lesson 02 … */
export function readCourse(): Unit[] {
  const table = read('lessons/README.md');
  const lessons = numbersIn('lessons')
    .filter((number) => ['README.md', 'server.ts'].some((name) => isThere(`lessons/${number}/${name}`)))
    .map((number): Unit => {
      const idea = new RegExp(`^\\| ${number} \\|[^|]*\\|(.*)\\|`, 'm').exec(table)?.[1] ?? '';
      return { kind: 'lesson', number, idea: idea.trim(), ...titled(`lessons/${number}`) };
    });
  // An exercise is what has a solution: a person may move its own folder away, or make others beside it.
  const exercises = numbersIn('solutions').map(
    (number): Unit => ({ kind: 'exercise', number, idea: '', ...titled(`exercises/${number}`) }),
  );
  const rank = (unit: Unit) => `${unit.number}${unit.kind === 'lesson' ? 0 : 1}`;
  return [...lessons, ...exercises].sort((a, b) => rank(a).localeCompare(rank(b)));
}

function numbersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).filter((name) => /^\d\d$/.test(name));
}

function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

function titled(folder: string): { folder: string; title: string } {
  const heading = /^# \w+ \d\d: (.+)$/m.exec(read(`${folder}/README.md`))?.[1];
  return { folder, title: heading?.trim() ?? 'its text is missing' };
}

function read(path: string): string {
  try {
    return readRegular(join(ROOT, path), 100_000).contents.toString();
  } catch {
    return '';
  }
}
