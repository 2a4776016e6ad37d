/** The outline of the course, read from its texts: nothing here knows a lesson's number. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

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
export async function readCourse(): Promise<Unit[]> {
  const table = await read('lessons/README.md');
  const units = await Promise.all(
    (['lesson', 'exercise'] as const).map(async (kind) => {
      const names = (await readdir(join(ROOT, `${kind}s`))).filter(
        (name) => /^\d\d$/.test(name) && existsSync(join(ROOT, `${kind}s`, name, 'README.md')),
      );
      return Promise.all(
        names.map(async (number): Promise<Unit> => {
          const folder = `${kind}s/${number}`;
          const heading = /^# \w+ \d\d: (.+)$/m.exec(await read(`${folder}/README.md`))?.[1] ?? number;
          const idea =
            kind === 'lesson' ? new RegExp(`^\\| ${number} \\|[^|]*\\|(.*)\\|`, 'm').exec(table)?.[1] : '';
          return { kind, number, title: heading.trim(), idea: idea?.trim() ?? '', folder };
        }),
      );
    }),
  );
  const rank = (unit: Unit) => `${unit.number}${unit.kind === 'lesson' ? 0 : 1}`;
  return units.flat().sort((a, b) => rank(a).localeCompare(rank(b)));
}

async function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8').catch(() => '');
}
