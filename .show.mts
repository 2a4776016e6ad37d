import { readFileSync } from 'node:fs';
import { answerIn, withText } from '/work/main/shared/check/answers.ts';
import { loadExercise } from '/work/main/shared/check/exercise.ts';
import { createJudge } from '/work/main/shared/check/judge.ts';
import { applyEdit } from '/work/main/shared/check/edit.ts';
const n = process.argv[2];
const only = process.argv[3];
const exercise = await loadExercise(`exercises/${n}`);
const ref = readFileSync(answerIn(`solutions/${n}`).server, 'utf8');
const { mistakes } = await import(`/work/main/solutions/${n}/mistakes.ts`);
const judge = createJudge({ reuse: true, bail: true });
for (const m of mistakes) {
  if (only && !m.name.includes(only)) continue;
  const v = await withText(applyEdit(m, ref, 'x'), 'server.ts', (server) => judge.judge(exercise, { server }));
  const f = v.tests.find((t: any) => !t.passed);
  console.log(`${f?.title === m.test ? 'ok ' : 'BAD'} ${m.name}\n      test: ${f?.title}\n      ${f?.sentence}`);
  if (only) console.log(f?.conversation?.join('\n'));
}
await judge.end();
