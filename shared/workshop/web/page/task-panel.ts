/** The panel of a two-minute task: the learner's copy of the server, and what its check says. */
import { find } from '#shared/lesson/page/find.ts';
import { make } from '#shared/lesson/page/make.ts';
import type { ServerNews, TaskNews, TaskWish } from '#shared/workshop/web/messages.ts';
import { setText } from './elements.ts';
import { wish } from './link.ts';
import { ask } from './question.ts';
import { showTest } from './test-item.ts';

const button = (name: TaskWish) => find(`#task [data-do="${name}"]`, HTMLButtonElement);

/** Lets the panel's buttons work. */
export function openTaskPanel(): void {
  for (const type of ['try', 'try-edit', 'try-stop'] as const) {
    button(type).addEventListener('click', () => {
      setText('#task-note', '');
      wish({ type });
    });
  }
  button('try-reset').addEventListener('click', async () => {
    const text = 'Put your copy back to the lesson’s server? What you wrote is kept as a copy beside it.';
    if (await ask(text)) wish({ type: 'try-reset' });
  });
}

export function showTask(news: TaskNews): void {
  const { file, copy, isOn, isChecking, tests = [], said, problem } = news;
  const task = find('#task', HTMLElement);
  task.dataset.copy = copy;
  task.dataset.on = String(isOn);
  task.setAttribute('aria-busy', String(isChecking));
  const hasCopy = copy !== 'none';
  button('try').hidden = hasCopy && isOn;
  button('try').textContent = hasCopy ? 'Run my copy' : 'Make my copy';
  button('try-edit').hidden = !hasCopy;
  button('try-reset').hidden = copy !== 'begun';
  button('try-stop').hidden = !isOn;
  setText('#task-problem', problem);
  const isSolved = problem === undefined && tests.length > 0 && tests.every(({ passed }) => passed);
  if (!isChecking) task.dataset.verdict = isSolved ? 'solved' : copy === 'begun' ? 'open' : '';
  const [before, after] = summarise(news, isSolved);
  find('#task-summary', HTMLElement).replaceChildren(before, make('code', '', file), after);
  const first = tests.find(({ passed }) => !passed);
  const list = find('#task-tests', HTMLOListElement);
  // While it is checked again the last result stays in view.
  if (isChecking && tests.length === 0 && copy === 'begun') return;
  list.hidden = tests.length === 0 || problem !== undefined;
  list.replaceChildren(...tests.map((test) => showTest(test, true, test === first ? said : undefined)));
}

/** What stands before and after the name of the file. */
function summarise({ copy, isOn, isChecking, problem }: TaskNews, isSolved: boolean): [string, string] {
  if (copy === 'none') return ['Your copy will be ', '.'];
  if (copy === 'untouched') {
    return ['Edit ', isOn ? '. The stage runs it, and it is checked each time you save.' : '.'];
  }
  if (isChecking) return ['', ' is checked …'];
  if (problem !== undefined) return ['', ' could not be checked.'];
  return ['', isSolved ? ': done. That was the task.' : ': not yet.'];
}

/** Says whose server the stage runs. */
export function showWhose({ isOwn }: ServerNews): void {
  setText('#whose', isOwn ? 'your copy of server.ts' : undefined);
}
