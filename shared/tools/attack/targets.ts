/** What is attacked: each lesson's server, and the workshop of a copy of the course. */
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exerciseNumbers, lessonNumbers } from '#shared/course/course.ts';
import { copyCourse } from '#shared/testing/course-copy.ts';
import type { Traits } from '#shared/testing/traits.ts';
import type { Target } from './arena.ts';
import { startServer, startWorkshop } from './victim.ts';
import { LINKS, SECRET } from './workshop-kinds.ts';
import { WORKSHOP } from './workshop-traits.ts';

/** @param file the server, where that is not the lesson's own */
export function lessonTarget(
  traits: Traits & { folder: string },
  file = `${traits.folder}/server.ts`,
): Target {
  return {
    name: traits.folder,
    folder: traits.folder,
    traits,
    tidy: traits.soak?.tidy,
    start: () => startServer(file),
    folders: [],
    smuggled: () => [],
  };
}

/** Makes a copy of the course, with links in it that lead out. */
export async function workshopTarget(): Promise<{ target: Target; root: string; remove: () => void }> {
  const { root, remove } = copyCourse();
  const folders = [
    ...lessonNumbers().map((n) => `lessons/${n}`),
    ...exerciseNumbers().map((n) => `exercises/${n}`),
  ];
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  writeFileSync(join(outside, 'secret.txt'), `${SECRET}\n`);
  for (const link of LINKS) symlinkSync(join(outside, 'secret.txt'), join(root, folders[0] ?? '', link));
  let before = filesOf(root);
  return {
    root,
    target: {
      name: 'workshop',
      folder: '',
      traits: WORKSHOP,
      start: () => startWorkshop(root),
      folders,
      smuggled() {
        const now = filesOf(root);
        const changed = [...now]
          .filter(([file, state]) => before.get(file) !== state)
          .map(([file]) => `it wrote ${file}`);
        const gone = [...before.keys()].filter((file) => !now.has(file)).map((file) => `it removed ${file}`);
        before = now;
        return [...changed, ...gone];
      },
    },
    remove() {
      remove();
      rmSync(outside, { recursive: true, force: true });
    },
  };
}

/** Each file of a course and its state, but for what a learner's wishes change. */
function filesOf(root: string): Map<string, string> {
  const all = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of all) {
    const file = join(entry.parentPath, entry.name);
    const name = file.slice(root.length + 1).replaceAll('\\', '/');
    if (/^(node_modules|\.answers|\.progress)|\/(try|kept)(\/|$)/.test(name) || !entry.isFile()) continue;
    const { mtimeMs, size } = statSync(file);
    found.set(name, `${mtimeMs} ${size}`);
  }
  return found;
}
