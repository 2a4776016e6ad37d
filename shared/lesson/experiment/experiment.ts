/** Runs an experiment that is a program: it says how long it takes, how far it is, and at the end what it has measured. */
import type { Chart, Report, Result } from './report.ts';
import { formatTable } from './table.ts';

/**
 * Says how far it is.
 *
 * @param done from 0 to 1
 * @param text what it does now
 * @param chart all that was measured so far: a page draws it while it grows. A terminal shows the text alone
 */
export type Progress = (done: number, text: string, chart?: Chart) => void;

/** Goes back to the begin of the line, and empties it. Where nobody looks at a terminal, each is a line of its own. */
const SAME_LINE = '\r\u001b[2K';

/**
 * Runs the experiment, and prints its result as a table, and what happened below it. Whoever has started this process with an IPC channel gets the
 * result as data, too. The process ends by itself: what the experiment opens, it closes.
 *
 * @param about seconds: how long it takes at most
 */
export async function runExperiment(
  about: { title: string; seconds: number },
  measure: (progress: Progress) => Promise<Result>,
): Promise<void> {
  const { isTTY } = process.stdout;
  console.log(`${about.title}. This takes at most ${about.seconds} seconds.\n`);
  const result = await measure((done, text, chart) => {
    tell(chart ? { type: 'progress', done, text, chart } : { type: 'progress', done, text });
    const line = `${String(Math.round(done * 100)).padStart(3)} %  ${text}`;
    process.stdout.write(isTTY ? `${SAME_LINE}${line}` : `${line}\n`);
  });
  process.stdout.write(isTTY ? SAME_LINE : '\n');
  process.stdout.write(formatTable(result.table));
  if (result.conversation) console.log(`\n${result.conversation.join('\n')}`);
  tell({ type: 'result', ...result });
}

function tell(report: Report): void {
  process.send?.(report);
}
