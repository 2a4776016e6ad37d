/** `npm run list`, `npm run reset 03` and `npm run hint 03` */
import type { Exercise, Part } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { findExercise, loadExercise } from '#shared/course/course.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { listExercises, listLessons, nextHint, resetExercise } from '../desk.ts';
import { hasColour, hintLines, listLines, wrap } from './print.ts';
import { run } from './run.ts';

const look = { colour: hasColour(process.stdout) };

const commands: Record<string, (exercise: Exercise) => Promise<void> | void> = {
  reset(exercise) {
    const { kept } = resetExercise(exercise);
    console.log(`${exercise.folder} is back at its start.`);
    for (const path of kept) console.log(`Your answer is kept: ${path}`);
  },

  async hint(exercise) {
    const judge = createJudge({ bail: true });
    const verdict = await judge
      .judge(exercise, answerIn(exercise, exercise.folder))
      .finally(() => judge.end());
    const failed = verdict.tests.find((test) => !test.passed);
    const lines = ['', `  Exercise ${exercise.number}: ${exercise.title}`, ''];
    if (!failed) {
      lines.push('  It is solved. You need no hint.', '');
    } else {
      const hint = nextHint(exercise, failed.title);
      if (verdict.problem !== undefined) lines.push(...wrap(verdict.problem, '  ', look), '');
      lines.push(...wrap(`✗ ${failed.title}`, '  ', look), '');
      lines.push(...(hint ? hintLines(hint, look) : ['  There is no hint for this test.']), '');
    }
    console.log(lines.join('\n'));
  },
};

await run(1, async () => {
  const [name = '', asked, ...more] = process.argv.slice(2);
  if (name === 'list') {
    console.log(['', ...listLines(await listExercises(), listLessons(), look), ''].join('\n'));
    return 0;
  }
  const command = commands[name];
  if (!command) throw new Error(`There is no such command: ${name}`);
  if (asked === undefined || more.length > 0) throw new Error(`Which exercise? npm run ${name} 03`);
  await command(await loadExercise<Part>(findExercise(asked)));
  return 0;
});
