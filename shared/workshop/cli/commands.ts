/** `npm run list`, `npm run reset 03` and `npm run hint 03` */
import { answerIn } from '#shared/check/answers.ts';
import { loadExercise } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { findExercise, listExercises, nextHint, resetExercise } from '#shared/workshop/desk.ts';
import { wrap } from './report.ts';
import { hasColour, hintLines, listLines } from './terminal.ts';

const look = { colour: hasColour(process.stdout) };

const commands: Record<string, (number: string) => Promise<void> | void> = {
  list() {
    console.log(['', ...listLines(listExercises(), look), ''].join('\n'));
  },

  reset(number) {
    const kept = resetExercise(number);
    console.log(`exercises/${number} is back at its start.`);
    for (const path of kept) console.log(`Your answer is kept: ${path}`);
  },

  async hint(number) {
    const exercise = await loadExercise(`exercises/${number}`);
    const judge = createJudge({ bail: true });
    const verdict = await judge.judge(exercise, answerIn(exercise.folder)).finally(judge.end);
    const failed = verdict.tests.find((test) => !test.passed);
    const lines = ['', `  Exercise ${number}: ${exercise.title}`, ''];
    if (!failed) {
      lines.push('  It is solved. You need no hint.', '');
    } else {
      const hint = nextHint(number, failed.title);
      if (verdict.problem !== undefined) lines.push(...wrap(verdict.problem, '  ', look), '');
      lines.push(...wrap(`✗ ${failed.title}`, '  ', look), '');
      lines.push(...(hint ? hintLines(hint, look) : ['  There is no hint for this test.']), '');
    }
    console.log(lines.join('\n'));
  },
};

const [name = '', asked, ...more] = process.argv.slice(2);
try {
  const command = commands[name];
  if (!command) throw new Error(`There is no such command: ${name}`);
  if (name === 'list') await command('');
  else if (asked === undefined || more.length > 0) throw new Error(`Which exercise? npm run ${name} 03`);
  else await command(findExercise(asked));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
