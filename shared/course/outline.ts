/** The outline of the course, read from its texts: lessons and exercises in the order in which they are done, and what stands beside them. */
import { exerciseNumbers, lessonNumbers, readText } from './course.ts';
import { foldersBesideLessons, textOf } from './text-place.ts';

/** A lesson, an exercise, or a text beside them in which one looks something up: one page of the workshop. */
export type Unit = {
  kind: 'lesson' | 'exercise' | 'index';
  /** Two digits. Empty for what is no part of the way through the course. */
  number: string;
  title: string;
  /** The one new idea, as the table of lessons says it. Empty where it is no lesson. */
  idea: string;
  /** The folder, named from the root: 'lessons/03'. It is the page's address, too. */
  folder: string;
};

/** All lessons and exercises: lesson 01, exercise 01, lesson 02 … */
export function readCourse(): Unit[] {
  const table = readText('lessons/README.md');
  const lessons = lessonNumbers().map((number): Unit => {
    const idea = new RegExp(`^\\| ${number} \\|[^|]*\\|(.*)\\|`, 'm').exec(table)?.[1] ?? '';
    return { kind: 'lesson', number, idea: idea.trim(), ...titled(`lessons/${number}`) };
  });
  const exercises = exerciseNumbers().map(
    (number): Unit => ({ kind: 'exercise', number, idea: '', ...titled(`exercises/${number}`) }),
  );
  const rank = (unit: Unit) => `${unit.number}${unit.kind === 'lesson' ? 0 : 1}`;
  return [...lessons, ...exercises].sort((a, b) => rank(a).localeCompare(rank(b)));
}

/** The texts beside the course: nobody reads them from the first line to the last. */
export function readIndexes(): Unit[] {
  return foldersBesideLessons().map((folder) => {
    const title = /^# (.+)$/m.exec(readText(textOf(folder)))?.[1] ?? folder;
    return { kind: 'index', number: '', idea: '', folder, title };
  });
}

/** The one whose folder this is. Undefined where there is none: a page may ask for anything. */
export function findUnit(folder: string): Unit | undefined {
  return [...readCourse(), ...readIndexes()].find((unit) => unit.folder === folder);
}

function titled(folder: string): { folder: string; title: string } {
  const heading = /^# \w+ \d\d: (.+)$/m.exec(readText(`${folder}/README.md`))?.[1];
  return { folder, title: heading?.trim() ?? 'its text is missing' };
}
