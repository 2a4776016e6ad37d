/** For tests: the course as a learner has it, who has just begun, in a folder of its own. */
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

/** What a clone has, but for what only the course's own tests need. */
const PARTS = [
  'lessons',
  'exercises',
  'solutions',
  'shared',
  'package.json',
  'README.md',
  'vitest.config.ts',
];

/** What a learner made, pictures, and the tests of what no learner looks at. A lesson's own tests may be what it is about. */
const LEFT_OUT = /[/\\](kept|try)$|\.png$|[/\\]bench$|^shared[/\\].*\.test\.ts$|[/\\]chain\.test\.ts$/;

/** Copies the course, each exercise as its starter. @returns the copy's root, and what removes it */
export function copyCourse(): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'echo-websockets-'));
  for (const part of PARTS) {
    cpSync(join(ROOT, part), join(root, part), {
      recursive: true,
      filter: (file) => !LEFT_OUT.test(relative(ROOT, file)),
    });
  }
  for (const number of readdirSync(join(root, 'exercises'))) {
    for (const starter of readdirSync(join(root, 'solutions', number))) {
      const [, name] = /^starter(?:-(.*)|\.ts)$/.exec(starter) ?? [];
      if (!starter.startsWith('starter')) continue;
      copyFileSync(
        join(root, 'solutions', number, starter),
        join(root, 'exercises', number, name ?? 'server.ts'),
      );
    }
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  return { root, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }) };
}
