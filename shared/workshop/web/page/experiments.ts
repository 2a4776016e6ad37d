/** The experiments of a text: a guess, blocks that are run where they stand, and what happened, which unfolds then. */
import { find } from '#shared/lesson/page/find.ts';
import type { BlockNews } from '#shared/lesson/page/stage-messages.ts';
import type { ProgramNews, ServerNews } from '#shared/workshop/web/messages.ts';
import { keep, kept } from './kept-guesses.ts';
import { wish } from './link.ts';
import { showInFigure } from './program-figure.ts';
import { openStage, order } from './stage-frame.ts';

/** Milliseconds without a line, after which a block that has printed is done. */
const QUIET = 250;
/** Milliseconds: a block that does nothing for so long has failed. */
const PATIENCE = 10_000;
/** What is kept of what a block prints. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 1000;
/** Milliseconds: what is printed within this time is shown at once. To show each line by itself takes far longer. */
const TOGETHER = 30;

/** What was seen of a block since its button was pressed. */
type Run = { hasRun: boolean; hasPrinted: boolean; timer: number };
const runs = new WeakMap<HTMLElement, Run>();
/** What came and is not shown yet. */
const unshown = new Map<HTMLElement, string[]>();
/** By a block's name, where it was run last: the same block may stand in two experiments. */
const places = new Map<string, HTMLElement>();

/** The change with which the server runs, and who waits for the lesson's own server. */
let change: string | undefined;
const forOriginal: (() => void)[] = [];

/** Lets the experiments' buttons work. @param isDesk whether the lesson runs beside the text */
export function openExperiments(isDesk: boolean): void {
  for (const section of document.querySelectorAll<HTMLElement>('.experiment')) {
    section.addEventListener('click', ({ target }) => {
      const button = target instanceof Element && target.closest<HTMLButtonElement>('button[data-do]');
      if (button) press(button, section);
    });
    if (!isDesk)
      for (const tools of section.querySelectorAll<HTMLElement>('.runnable .tools')) tools.hidden = true;
    restore(section);
  }
  if (isDesk) openStage(report);
}

function press(button: HTMLButtonElement, section: HTMLElement): void {
  const { do: what, guess } = button.dataset;
  if (what === 'guess' && guess !== undefined && !isUnfolded(section)) choose(section, guess);
  if (what === 'show') {
    unfold(section);
    section.querySelector<HTMLElement>('.rest')?.focus();
  }
  const figure = button.closest<HTMLElement>('[data-block]');
  if (!figure) return;
  if (what === 'undo') wish({ type: 'undo' });
  if (what === 'apply') apply(figure, section);
  if (what === 'end-program') wish({ type: 'end-program' });
  if (what === 'program') {
    // It is shown as running once it does: the workshop may have another one to end first.
    figure.dataset.asked = '';
    wish({ type: 'program', name: nameOf(figure) });
  }
  if (what === 'run' || what === 'send') run(figure, what, section);
}

function apply(figure: HTMLElement, section: HTMLElement): void {
  begin(figure);
  // What follows a change is to be seen with the change.
  const figures = blocksOf(section);
  for (const later of figures.slice(figures.indexOf(figure) + 1)) setState(later, 'waiting');
  wish({ type: 'apply', name: nameOf(figure) });
  wait(figure, PATIENCE, () => fail(figure, 'The changed server did not start in time.'));
}

async function run(figure: HTMLElement, what: 'run' | 'send', section: HTMLElement): Promise<void> {
  begin(figure);
  places.set(nameOf(figure), figure);
  wait(figure, PATIENCE, () => fail(figure, 'Nothing happened within 10 seconds. Does the server run?'));
  // With the change of another experiment, something else would happen than this one tells of.
  if (change !== undefined && !blocksOf(section).some((block) => nameOf(block) === change)) {
    wish({ type: 'undo' });
    await new Promise<void>((resolve) => forOriginal.push(resolve));
  }
  await order({ course: what, name: nameOf(figure) });
}

/** What the stage tells of a block: words of a page that runs what it likes. They are shown as text. */
function report(told: BlockNews): void {
  const figure = places.get(told.name);
  const seen = figure && runs.get(figure);
  if (!seen) return;
  if (told.course === 'printed') {
    print(figure, told.text);
    seen.hasPrinted = true;
  } else {
    seen.hasRun = true;
    figure.dataset.ran = '';
    if (figure.dataset.language === 'bytes' && told.problem === undefined) finish(figure);
    else if (told.problem !== undefined && !seen.hasPrinted) fail(figure, told.problem);
  }
  if (seen.hasRun && seen.hasPrinted && figure.dataset.state !== 'done')
    wait(figure, QUIET, () => finish(figure));
}

function print(figure: HTMLElement, text: string): void {
  if (unshown.size === 0) setTimeout(showPrinted, TOGETHER);
  const lines = unshown.get(figure) ?? [];
  lines.push(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text);
  unshown.set(figure, lines.slice(-MOST_LINES));
}

function showPrinted(): void {
  for (const [figure, lines] of unshown) {
    const printed = figure.querySelector<HTMLElement>('[data-printed]');
    if (!printed) continue;
    printed.hidden = false;
    printed.append(...lines.map((line) => `${line}\n`));
    while (printed.childNodes.length > MOST_LINES) printed.firstChild?.remove();
    printed.scrollTop = printed.scrollHeight;
  }
  unshown.clear();
}

/** Shows which change the running server has. It may have come from another page. */
export function showChange({ state, change: now }: ServerNews): void {
  change = now;
  if (change === undefined && state === 'running') for (const resolve of forOriginal.splice(0)) resolve();
  for (const figure of document.querySelectorAll<HTMLElement>('[data-block][data-language="diff"]')) {
    const isApplied = change === nameOf(figure);
    const [make, undo] = figure.querySelectorAll<HTMLButtonElement>('[data-do="apply"], [data-do="undo"]');
    const hadFocus = document.activeElement === make || document.activeElement === undo;
    if (make) make.hidden = isApplied;
    if (undo) undo.hidden = !isApplied;
    if (hadFocus) (isApplied ? undo : make)?.focus();
    if (isApplied && (state === 'running' || state === 'crashed')) finish(figure);
  }
  const head = find('#change', HTMLElement);
  head.hidden = change === undefined;
  const block = document.querySelector(`[data-block="${CSS.escape(change ?? '')}"] figcaption`);
  const words = change === undefined ? '' : `${block?.textContent ?? 'server.ts'} with one change`;
  const label = find('#change-name', HTMLElement);
  if (label.textContent !== words) label.textContent = words;
}

/** Shows how a program of the text does. It may have been started from another page. */
export function showProgram(news: ProgramNews): void {
  for (const figure of programs()) {
    if (nameOf(figure) !== news.name) continue;
    delete figure.dataset.asked;
    showInFigure(figure, news);
    if (news.state === 'running') setState(figure, 'running');
    else if (news.state === 'done') finish(figure);
    else fail(figure, news.sentence ?? 'It was ended before it was done.');
  }
}

/** The link is there again, perhaps to another workshop: what still runs is told now. */
export function forgetProgram(): void {
  for (const figure of programs()) {
    const sentence = 'The workshop was away.';
    if (figure.dataset.state === 'running') showProgram({ name: nameOf(figure), state: 'failed', sentence });
  }
}

function programs(): NodeListOf<HTMLElement> {
  return document.querySelectorAll('[data-block][data-language="sh"]');
}

/** A wish of this page was refused: that of a change or a program, where one is on its way. */
export function showRefusal(text: string): void {
  const asked = document.querySelector<HTMLElement>(
    '[data-language="diff"][data-state="running"], [data-asked]',
  );
  if (!asked) return;
  delete asked.dataset.asked;
  fail(asked, text);
}

function begin(figure: HTMLElement): void {
  clearTimeout(runs.get(figure)?.timer);
  runs.set(figure, { hasRun: false, hasPrinted: false, timer: 0 });
  delete figure.dataset.ran;
  const way = figure.querySelector<HTMLElement>('.to-stage');
  if (way) way.hidden = false;
  setState(figure, 'running');
}

function wait(figure: HTMLElement, time: number, then: () => void): void {
  const seen = runs.get(figure);
  clearTimeout(seen?.timer);
  if (seen) seen.timer = window.setTimeout(then, time);
}

function finish(figure: HTMLElement): void {
  clearTimeout(runs.get(figure)?.timer);
  setState(figure, 'done');
}

function fail(figure: HTMLElement, why: string): void {
  clearTimeout(runs.get(figure)?.timer);
  setState(figure, 'failed', why);
}

function setState(figure: HTMLElement, state: 'waiting' | 'running' | 'done' | 'failed', why = ''): void {
  figure.dataset.state = state;
  const problem = figure.querySelector<HTMLElement>('.problem');
  if (problem) {
    problem.hidden = why === '';
    problem.textContent = why;
  }
  const section = figure.closest<HTMLElement>('.experiment');
  if (!section) return;
  const states = blocksOf(section).map((block) => block.dataset.state);
  const isDone = states.every((one) => one === 'done');
  const first = (['running', 'failed'] as const).find((one) => states.includes(one));
  section.dataset.state = first ?? (isDone ? 'done' : 'waiting');
  if (isDone) unfold(section);
}

function choose(section: HTMLElement, guess: string): void {
  for (const button of section.querySelectorAll<HTMLElement>('[data-guess]')) {
    button.setAttribute('aria-pressed', String(button.dataset.guess === guess));
  }
  keep(section.dataset.experiment ?? '', { guess, isUnfolded: false });
}

/** Shows what happened, and whether the guess held. From now on it is no guess any more. */
function unfold(section: HTMLElement): void {
  if (isUnfolded(section)) return;
  const rest = section.querySelector<HTMLElement>('.rest');
  if (!rest) return; // Where nobody guesses, nothing is folded.
  const show = section.querySelector<HTMLElement>('[data-do="show"]');
  rest.hidden = false;
  if (show) show.hidden = true;
  const outcomes = [...section.querySelectorAll<HTMLElement>('[data-guess]')];
  for (const outcome of outcomes) outcome.setAttribute('aria-disabled', 'true');
  const guess = outcomes.find((outcome) => outcome.getAttribute('aria-pressed') === 'true')?.dataset.guess;
  const { right } = section.dataset;
  const happens = outcomes.find((outcome) => outcome.dataset.guess === right);
  happens?.closest('li')?.setAttribute('data-right', '');
  const verdict = section.querySelector<HTMLElement>('.verdict');
  const words = guess === undefined ? 'What happens' : 'It went otherwise';
  if (verdict) {
    verdict.textContent = guess === right ? 'Your guess held.' : `${words}: ${happens?.textContent ?? ''}`;
  }
  keep(section.dataset.experiment ?? '', { guess, isUnfolded: true });
}

/** What was guessed and seen before the page was loaded again. */
function restore(section: HTMLElement): void {
  const { guess, isUnfolded: wasUnfolded } = kept(section.dataset.experiment ?? '');
  if (guess !== undefined) choose(section, guess);
  if (wasUnfolded) unfold(section);
}

function isUnfolded(section: HTMLElement): boolean {
  return section.querySelector<HTMLElement>('.rest')?.hidden === false;
}

function blocksOf(section: HTMLElement): HTMLElement[] {
  return [...section.querySelectorAll<HTMLElement>('[data-block]')];
}

function nameOf(figure: HTMLElement): string {
  return figure.dataset.block ?? '';
}
