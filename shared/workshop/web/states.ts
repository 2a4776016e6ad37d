/** How far the learner is with each exercise, as the pages show it. */
import { answerFiles, isStarter } from '#shared/workshop/desk.ts';
import { hashOf, progressTrouble, readProgress } from '#shared/workshop/progress.ts';
import { readCourse } from './course.ts';
import { messageOf, type States } from './messages.ts';

/** Reads the states. It never throws: what can't be read is a sentence. */
export function readStates(): States {
  try {
    const progress = readProgress();
    const exercises = readCourse().filter(({ kind }) => kind === 'exercise');
    const states = exercises.map(({ folder, number }) => [folder, stateOf(number, progress[number]?.solved)]);
    return { states: Object.fromEntries(states), trouble: progressTrouble() };
  } catch (error) {
    return { states: {}, trouble: messageOf(error) };
  }
}

/** @param solved the hash of the answer that solved it, once one has */
function stateOf(number: string, solved: string | undefined): string {
  if (solved === undefined) return isStarter(number) ? 'not begun' : 'begun';
  return solved === hashOf(answerFiles(number)) ? 'solved' : 'solved before';
}
