/** The panel of an exercise's check: the verdict, hints, and how the answer differs from the reference. */

import type { Verdict } from '#shared/check/verdict.ts';
import { find } from '#shared/lesson/page/find.ts';
import { make } from '#shared/lesson/page/make.ts';
import type { CheckNews, TextPart } from '#shared/workshop/web/messages.ts';
import { setText } from './elements.ts';
import { wish } from './link.ts';
import { ask } from './question.ts';
import { showTest, showToCome } from './test-item.ts';

let isSolved = false;

/** Lets the panel's buttons work. */
export function openCheckPanel(): void {
  const buttons = { edit: 'edit', again: 'check', hint: 'hint' } as const;
  for (const [id, type] of Object.entries(buttons)) {
    find(`#${id}`, HTMLButtonElement).addEventListener('click', () => wish({ type }));
  }
  find('#compare', HTMLButtonElement).addEventListener('click', async () => {
    const text = 'This is not solved yet. Show how your answer differs from the reference all the same?';
    if (isSolved || (await ask(text))) wish({ type: 'diff' });
  });
  find('#reset', HTMLButtonElement).addEventListener('click', async () => {
    const text = 'Put the exercise back to its start? Your answer is kept as a copy beside it.';
    if (await ask(text)) wish({ type: 'reset' });
  });
}

export function showCheck(news: CheckNews): void {
  const { isChecking, failure, verdict, said, probably, hints, others } = news;
  isSolved = verdict?.solved === true;
  const isToCome = isStillToCome(news);
  const check = find('#check', HTMLElement);
  check.setAttribute('aria-busy', String(isChecking));
  setText('#summary', isToCome ? whatIsToCome(verdict?.tests.length) : summarise(failure, verdict));
  setText('#problem', failure ?? verdict?.problem);
  if (!verdict) return;
  check.dataset.verdict = isSolved
    ? 'solved'
    : isToCome
      ? 'to-come'
      : verdict.problem === undefined
        ? 'open'
        : 'broken';
  const guess =
    probably && `${probably.isGuess ? 'Perhaps' : 'What probably happened'}: ${probably.sentence}`;
  setText('#probably', guess);
  const first = verdict.tests.find((test) => !test.passed);
  const items = verdict.tests.map((test) =>
    isToCome
      ? showToCome(test, test === first ? said : undefined)
      : showTest(test, verdict.problem === undefined, test === first ? said : undefined),
  );
  for (const { file, why } of verdict.notJudged) {
    items.push(make('li', 'waiting', `${file} was not checked. ${why}`));
  }
  find('#tests', HTMLOListElement).replaceChildren(...items);
  showHints(hints);
  showNext(verdict);
  showDone(others);
}

/** Whether nothing was changed yet: then what fails is no fault, but what is to come. */
function isStillToCome({ isStarter, verdict }: CheckNews): boolean {
  return isStarter === true && verdict?.problem === undefined && verdict?.solved === false;
}

function whatIsToCome(count = 0): string {
  return `${count} tests, one after the other. Your first save begins the checking.`;
}

/** The way to the next lesson, once all that could be judged is right. */
function showNext(verdict: Verdict): void {
  const isRight = verdict.problem === undefined && verdict.tests.every(({ passed }) => passed);
  const next = document.querySelector<HTMLElement>('#next');
  if (next) next.hidden = !isRight;
}

function summarise(failure: string | undefined, verdict: CheckNews['verdict']): string {
  if (failure !== undefined) return 'The check itself failed.';
  if (!verdict) return 'Checking …';
  const { tests, solved, problem, notJudged } = verdict;
  if (solved) return `Solved: all ${tests.length} tests pass.`;
  if (problem !== undefined) return 'Your answer could not be checked.';
  if (tests.every((test) => test.passed))
    return `Solved, but for ${notJudged.map(({ file }) => file).join(', ')}.`;
  return `${tests.filter((test) => test.passed).length} of ${tests.length} tests pass.`;
}

function showHints(hints: CheckNews['hints']): void {
  const section = find('#hints', HTMLElement);
  section.hidden = hints === undefined;
  if (!hints) return;
  find('#hints ol', HTMLOListElement).replaceChildren(
    ...hints.shown.map((parts) => {
      const item = make('li', '');
      item.append(...parts.map(showPart));
      return item;
    }),
  );
  const button = find('#hint', HTMLButtonElement);
  const { length } = hints.shown;
  button.hidden = length === hints.of;
  button.textContent = length === 0 ? 'Show a hint' : `Show hint ${length + 1} of ${hints.of}`;
}

function showPart({ text, isCode, href }: TextPart): HTMLElement {
  if (isCode) return make('code', '', text);
  const element = make(href === undefined ? 'span' : 'a', '', text);
  if (href !== undefined) element.setAttribute('href', href);
  return element;
}

function showDone(others: string[] | undefined): void {
  const done = find('#done', HTMLElement);
  done.hidden = others === undefined;
  if (!others) return;
  const list = make('ul', '');
  for (const path of others) {
    const link = make('a', '', path);
    link.setAttribute('href', `/${path}`);
    const item = make('li', '');
    item.append(link);
    list.append(item);
  }
  done.replaceChildren(make('p', '', 'These answers are right, too. Each is built differently:'), list);
}

export function showDiff(lines: string[]): void {
  const section = find('#diff', HTMLElement);
  const kinds: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };
  const shown = lines.map((line) => make('span', kinds[line[0] ?? ''] ?? '', `${line}\n`));
  const pre = make('pre', '');
  pre.append(...shown);
  const words =
    lines.length === 0
      ? 'Your answer is the reference answer, word for word.'
      : 'Red is yours, green is the reference:';
  section.replaceChildren(make('p', '', words), pre);
  section.hidden = false;
  section.focus();
  section.scrollIntoView({ block: 'nearest' });
}
