/** How far the learner is with each lesson and exercise, as the pages show it. */
import { exerciseNumbers, knownExercise } from '#shared/course/course.ts';
import { deskOf, listLessons } from '#shared/workshop/desk.ts';
import { progressTrouble, readProgress } from '#shared/workshop/progress.ts';
import { messageOf, type States } from './messages.ts';

/** The state of a lesson that was read to its end. Else it has none. */
export const READ = 'read';

/** Reads the states. It never throws: what can't be read is a sentence. */
export function readStates(): States {
  try {
    const progress = readProgress();
    const exercises = exerciseNumbers().map((number) => [`exercises/${number}`, stateOf(number, progress)]);
    const lessons = listLessons(progress).map(({ unit, isRead }) => [unit.folder, isRead ? READ : '']);
    return { states: Object.fromEntries([...lessons, ...exercises]), trouble: progressTrouble() };
  } catch (error) {
    return { states: {}, trouble: messageOf(error) };
  }
}

function stateOf(number: string, progress: ReturnType<typeof readProgress>): string {
  const exercise = knownExercise(number);
  if (!exercise) return 'not there';
  const { state, isBegun } = deskOf(exercise, progress);
  return state === 'open' ? (isBegun ? 'begun' : 'not begun') : state;
}
