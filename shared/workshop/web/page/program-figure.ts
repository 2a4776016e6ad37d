/** What stands below a program of the text: how far it is, and at the end what it has measured. */
import { type Chart, type Result, readLines, readResult } from '#shared/lesson/experiment/report.ts';
import { make } from '#shared/lesson/page/make.ts';
import type { ProgramNews } from '#shared/workshop/web/messages.ts';
import { makeChart, makeGrowing } from './chart.ts';

/** The results that are shown, as they came: the same one need not be drawn again. */
const shown = new WeakMap<HTMLElement, string>();

/** Pictures of what runs now: each is drawn further, with all that was measured so far. */
const growing = new WeakMap<HTMLElement, (chart: Chart) => void>();

function grow(place: HTMLElement, chart: Chart): void {
  const draw = growing.get(place);
  if (draw) draw(chart);
  else {
    const picture = makeGrowing(chart);
    growing.set(place, picture.draw);
    place.replaceChildren(picture.figure);
  }
}

/** What happened, line by line. It is wider than a phone: who has no mouse must be able to scroll it, too. */
function tellIn({ conversation }: Result): HTMLElement[] {
  if (!conversation) return [];
  const lines = make('pre', 'conversation', conversation.join('\n'));
  lines.tabIndex = 0;
  lines.setAttribute('role', 'region');
  lines.setAttribute('aria-label', 'What happened');
  return [lines];
}

/** @param news of the program that the figure has */
export function showInFigure(figure: HTMLElement, { state, progress, result }: ProgramNews): void {
  const isRunning = state === 'running';
  const [run, end] = figure.querySelectorAll<HTMLButtonElement>(
    '[data-do="program"], [data-do="end-program"]',
  );
  const hadFocus = document.activeElement === run || document.activeElement === end;
  if (run) run.hidden = isRunning;
  if (end) end.hidden = !isRunning;
  if (hadFocus) (isRunning ? end : run)?.focus();
  const bar = figure.querySelector<HTMLElement>('.progress');
  const meter = bar?.querySelector('progress');
  const words = bar?.querySelector('span');
  if (bar) bar.hidden = !isRunning;
  if (meter) meter.value = progress?.done ?? 0;
  if (words) words.textContent = progress?.text ?? 'It starts …';
  const place = figure.querySelector<HTMLElement>('.measured');
  if (!place) return;
  const chart = isRunning ? readLines(progress?.chart) : undefined;
  if (chart) grow(place, chart);
  else growing.delete(place);
  if (chart || state === 'failed' || state === 'ended') return;
  const text = result ? JSON.stringify(result) : '';
  if (shown.get(place) === text) return;
  shown.set(place, text);
  // While it runs anew, what was measured before is of no use to anybody.
  const read = readResult(result);
  place.replaceChildren(...(read ? [makeChart(read), ...tellIn(read)] : []));
}
