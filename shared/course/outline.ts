/** The outline of the course, read from its texts: lessons and exercises in the order in which they are done. */
import { exerciseNumbers, lessonNumbers, readText } from './course.ts';

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

function titled(folder: string): { folder: string; title: string } {
  const heading = /^# \w+ \d\d: (.+)$/m.exec(readText(`${folder}/README.md`))?.[1];
  return { folder, title: heading?.trim() ?? 'its text is missing' };
}
