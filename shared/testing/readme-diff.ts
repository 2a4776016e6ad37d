/** The change that a README's "Break it" asks for: read from the README, so that what is read is what is tested. */
import { editsOf, type LessonEdit } from '#shared/course/blocks.ts';
import { findBlock } from '#shared/course/experiments.ts';

/**
 * Gives the edits of the block ```diff FILE NAME in a lesson's README, as startChanged takes them.
 *
 * @param folder the lesson, named from the root: 'lessons/01'
 */
export function readmeEdits(folder: string, name: string): LessonEdit[] {
  const block = findBlock(folder, 'diff', name);
  if (block === undefined) throw new Error(`${folder}/README.md has no diff named ${name}.`);
  return editsOf(block);
}
