/** Runs both suites against the chat as it is here, and shows what the first test that fails has to say. */
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { runSuites } from './run-suites.ts';

const SUITES = ['./weak.test.ts', './chat.test.ts'];

await runExperiment({ title: 'Two suites and one chat', seconds: 20 }, async (progress) => {
  progress(0, 'vitest starts');
  const [judged = []] = await runSuites([undefined], SUITES, (done, of) => {
    progress(done / of, `${done} of ${of} suites`);
  });
  const rows = SUITES.map((suite, at) => {
    const outcomes = judged[at] ?? [];
    const failed = outcomes.filter(({ failure }) => failure);
    return { suite: suite.replace('./', ''), outcomes, failed };
  });
  const [first] = rows.flatMap(({ failed }) => failed);
  return {
    table: [
      ['The suite', 'Tests', 'Failed', 'The first that failed'],
      ...rows.map(({ suite, outcomes, failed }) => [
        suite,
        String(outcomes.length),
        String(failed.length),
        failed[0]?.title ?? '-',
      ]),
    ],
    ...(first?.failure && { conversation: linesOf(first.failure) }),
  };
});

/** What a failure says, without the lines that say where in the code. */
function linesOf(failure: string): string[] {
  const lines = failure.split('\n').map((line) => line.slice(0, 100));
  return lines.filter((line) => !/^ +at /.test(line) && line.trim() !== '').slice(0, 40);
}
