/** What a page may ask for about an exercise: another check, a hint, the reference, the starter, an editor. */
import launch from 'launch-editor';
import { displayPath } from '#shared/check/problems.ts';
import { loadExercise } from '#shared/course/course.ts';
import { answerFiles, type Exercise } from '#shared/course/exercise.ts';
import { isThere, readRegular, whyUnreadable } from '#shared/course/regular-file.ts';
import { diffWithReference, resetExercise } from '#shared/workshop/desk.ts';
import type { ExerciseCheck } from './exercise-check.ts';
import type { News, Wish } from './messages.ts';

export type ExerciseWish = Extract<Wish['type'], 'check' | 'hint' | 'diff' | 'reset' | 'edit'>;

/** Bytes. To compare a longer file may take minutes. */
const MOST_COMPARED = 200_000;

/**
 * Does what a page asks for.
 *
 * @param answer tells something to that page
 * @throws an Error with a sentence for the person
 */
export async function fulfilForExercise(
  wish: ExerciseWish,
  number: string,
  check: ExerciseCheck,
  answer: (news: News) => void,
): Promise<void> {
  const exercise = await loadExercise(number);
  const files = answerFiles(exercise);
  if (wish === 'check') check.check();
  else if (wish === 'hint') check.hint();
  else if (wish === 'reset') answer({ type: 'note', text: startOver(exercise, files) });
  else if (wish === 'edit') openInEditor(files[0] ?? '', (text) => answer({ type: 'note', text }));
  else {
    const long = files.find((file) => readRegular(file, 0).size > MOST_COMPARED);
    if (long !== undefined) throw new Error(`${displayPath(long)} is too long to be compared.`);
    answer({ type: 'diff', lines: await diffWithReference(exercise) });
  }
}

/** Puts the exercise back to its start. Gives what to say about it. */
function startOver(exercise: Exercise, files: string[]): string {
  const [odd] = files.filter(isThere).flatMap((file) => whyUnreadable(file) ?? []);
  if (odd !== undefined) return odd;
  const { kept, isChanged } = resetExercise(exercise);
  if (kept.length > 0) return `This is the starter again. Your answer is kept: ${kept.join(', ')}`;
  return isChanged ? 'The starter is back.' : 'It was the starter already.';
}

/** Opens a file in the learner's editor. @param say is told what to do where that can't be done */
export function openInEditor(file: string, say: (text: string) => void): void {
  const why = whyUnreadable(file);
  if (why !== undefined) {
    say(why);
    return;
  }
  launch(file, undefined, () => {
    say(
      `No editor was found. Open ${displayPath(file)} yourself, or start the workshop with LAUNCH_EDITOR set to your editor's command.`,
    );
  });
}
