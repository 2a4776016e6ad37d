/** A change that a lesson's text asks for, and the copy of the server that has it: no file of the lesson is written. */
import { dirname, join, relative } from 'node:path';
import { copyChanged } from '#shared/check/changed-copy.ts';
import { type Block, editsOf, type LessonEdit, nameOf } from '#shared/course/blocks.ts';
import { Misfit } from '#shared/course/edit.ts';
import { findBlock, lessonText, readExperiments } from '#shared/course/experiments.ts';
import type { Unit } from '#shared/course/outline.ts';
import { ROOT } from '#shared/course/root.ts';
import type { Instead } from '#shared/lesson/instead.ts';

export type Change = { name: string; edits: LessonEdit[] };

/** A changed copy of a lesson's server, or of a program of its text. */
export type Variant = {
  /** That of its change. */
  name: string;
  /** What is run, as an absolute path. */
  path: string;
  /** Changed files that its page is to take. */
  instead: Instead;
  /** Puts the lesson's own folder in the place of the copy's, in what is told to a person. */
  named: (text: string) => string;
  remove: () => Promise<void>;
};

/** Finds a change in a lesson's text. @throws a sentence where it has none of this name: a page may ask for anything */
export function findChange({ kind, folder }: Unit, name: string): Change {
  const block = kind === 'exercise' ? undefined : findBlock(folder, 'diff', name);
  if (!block) throw new Error('The text here has no change of this name.');
  return { name, edits: editsOf(block) };
}

/**
 * The change with which a program of a lesson's text runs: the one that the lesson's server has now, where the
 * experiment of the program asks for it.
 *
 * @param applied the name of the change that the server has
 */
export function changeFor(unit: Unit, program: string, applied: string | undefined): Change | undefined {
  const isOf = (language: string, name: string | undefined) => (block: Block) =>
    block.info[0] === language && nameOf(block) === name;
  const experiment = readExperiments(lessonText(unit.folder)).find(({ blocks }) =>
    blocks.some(isOf('sh', program)),
  );
  const asksForIt = applied !== undefined && experiment?.blocks.some(isOf('diff', applied));
  return asksForIt ? findChange(unit, applied) : undefined;
}

/**
 * Makes a copy of a lesson's server, or of a program, with a change, as its files are now.
 *
 * @param folder named from the root: 'lessons/03'
 * @param first what is run: 'server.ts', or a program
 * @throws a sentence where the change does not fit
 */
export async function makeVariant(
  folder: string,
  { name, edits }: Change,
  first = 'server.ts',
): Promise<Variant> {
  const { file, instead, remove } = await copyChanged(folder, edits, first).catch((error: unknown) => {
    if (!(error instanceof Misfit)) throw error;
    throw new Error(
      `This change does not fit ${error.where}: somebody edited the place. Nothing was changed. (To get the course's file back: git restore ${error.where})`,
    );
  });
  const copy = relative(ROOT, dirname(file));
  return {
    name,
    path: file,
    instead,
    named: (text) => text.replaceAll(copy, folder).replaceAll(copy.replaceAll('\\', '/'), folder),
    remove,
  };
}

/** What a server is started from. */
export type Source = {
  /** Its server.ts, as an absolute path. */
  file: () => string;
  /** The name of the change, where it is a copy. */
  change: () => string | undefined;
  instead: () => Instead;
  /** Says where it is as a person knows it: a copy's own path would say nothing to anybody. */
  named: (text: string) => string;
  /** Chooses a copy, or with undefined the folder's own file. The copy before it is removed. */
  use: (variant: Variant | undefined) => Promise<void>;
};

/** @param folder named from the root: 'lessons/03'. Its own file is the first source. */
export function createSource(folder: string): Source {
  let variant: Variant | undefined;
  return {
    file: () => variant?.path ?? join(ROOT, folder, 'server.ts'),
    change: () => variant?.name,
    instead: () => variant?.instead ?? {},
    named: (text) => variant?.named(text) ?? text,
    async use(next) {
      const before = variant;
      variant = next;
      await before?.remove();
    },
  };
}
