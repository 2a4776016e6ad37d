/** One test in a list of tests: its title, and where it failed what is wrong. */
import type { TestResult } from '#shared/check/verdict.ts';
import { make } from '#shared/lesson/page/make.ts';

/**
 * Makes the item.
 *
 * @param isTried whether its result counts: what is still to come has none
 * @param said the conversation, where it is shown
 */
export function showTest(test: TestResult, isTried: boolean, said: string[] | undefined): HTMLElement {
  const item = make('li', !isTried ? 'waiting' : test.passed ? 'passed' : 'failed');
  const state = !isTried ? 'not tried' : test.passed ? 'passes' : 'fails';
  item.append(make('span', 'for-ears', `${state}: `), make('span', 'title', test.title));
  if (isTried && !test.passed && test.sentence !== undefined) item.append(make('p', '', test.sentence));
  if (said) item.append(showSaid(said));
  return item;
}

/**
 * Makes an item of what is to come. The first one is open: it shows what the server does so far.
 *
 * @param said the conversation, where the item is open
 */
export function showToCome({ title, passed, sentence }: TestResult, said: string[] | undefined): HTMLElement {
  const item = make('li', passed ? 'passed' : 'waiting');
  item.append(make('span', 'for-ears', passed ? 'passes: ' : 'to come: '), make('span', 'title', title));
  if (!said) return item;
  item.classList.add('first');
  item.append(make('p', '', `Begin here. So far: ${sentence ?? ''}`), showSaid(said));
  return item;
}

function showSaid(said: string[]): HTMLElement {
  const lines = make('pre', 'conversation', said.join('\n'));
  lines.tabIndex = 0;
  lines.setAttribute('aria-label', 'What was said');
  return lines;
}
