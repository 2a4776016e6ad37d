/** The log of a chat page: lines of text, the newest at the end. */
import { find } from './find.ts';

export type LogLine = {
  /** own: mine. other: somebody else's, or the server's. system: news. error: something went wrong. */
  kind: 'own' | 'other' | 'system' | 'private' | 'private own' | 'error';
  text: string;
  who?: string;
  /** Whether that is the reader: then the mark "you" stands beside it. */
  isYou?: boolean;
  /** When: a time as the server sends it (2026-11-22T20:16:37.123Z). It is shown in the reader's own zone. */
  at?: string;
  /** A few words more, shown small. */
  note?: string;
};

/** The log keeps this many lines: a page that is open for a week must not grow for a week. */
const MAX_LOG_LINES = 500;

/** Adds a line to the log. All that strangers wrote becomes textContent: it is never read as HTML. */
export function addLine({ kind, text, who, isYou, at, note }: LogLine): void {
  const log = find('#log', HTMLElement);
  const line = document.createElement('div');
  line.className = `line ${kind}`;
  const head = document.createElement('p');
  head.className = 'head';
  if (who !== undefined) head.append(makeElement('span', 'who', who), ' ');
  if (isYou) head.append(makeYou(), ' ');
  if (at !== undefined) head.append(makeTime(at), ' ');
  if (note !== undefined) head.append(makeElement('span', 'note', note));
  if (head.hasChildNodes()) line.append(head);
  line.append(makeElement('p', 'text', text));
  log.append(line);

  while (log.childElementCount > MAX_LOG_LINES) log.firstElementChild?.remove();
  stayAtEnd(log);
}

/** The mark beside one's own name. An element with a look of its own, not a part of the name: no name can imitate it. */
export function makeYou(): HTMLElement {
  return makeElement('span', 'you', 'you');
}

/** For each log, whether its reader has scrolled up. */
const scrolledUp = new WeakMap<HTMLElement, boolean>();
/** The logs that go to their end as soon as they are painted. */
const moving = new WeakSet<HTMLElement>();

/** Keeps the newest line in view, when the log changes its size, too, unless the reader has scrolled up. */
function stayAtEnd(log: HTMLElement): void {
  const toEnd = () => {
    // Once for each time that the page is painted: to measure it after each of many lines would freeze it.
    if (moving.has(log)) return;
    moving.add(log);
    requestAnimationFrame(() => {
      moving.delete(log);
      if (!scrolledUp.get(log)) log.scrollTop = log.scrollHeight;
    });
  };
  if (!scrolledUp.has(log)) {
    scrolledUp.set(log, false);
    log.addEventListener('scroll', () => {
      // While lines wait to be shown, the end is further away than the reader knows.
      if (!moving.has(log)) scrolledUp.set(log, log.scrollHeight - log.scrollTop - log.clientHeight > 48);
    });
    new ResizeObserver(toEnd).observe(log);
  }
  toEnd();
}

/**
 * Gives a message that did not arrive back to the person who wrote it: into the field, or into the
 * log where the field has a new text already.
 */
export function giveBack(field: HTMLInputElement, text: string, why: string): void {
  if (field.value === '') {
    field.value = text;
    addLine({ kind: 'error', text: `${why} Your text is in the field again.` });
  } else {
    addLine({ kind: 'error', who: why, text });
  }
}

function makeElement(name: string, className: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  element.dir = 'auto';
  element.textContent = text;
  return element;
}

/** To make these is slow, to use them is not. */
const SHORT = new Intl.DateTimeFormat([], { timeStyle: 'medium' });
const LONG = new Intl.DateTimeFormat([], { dateStyle: 'full', timeStyle: 'long' });

function makeTime(at: string): HTMLTimeElement {
  const time = document.createElement('time');
  const date = new Date(at);
  const isTime = !Number.isNaN(date.getTime());
  time.dateTime = at;
  time.textContent = isTime ? SHORT.format(date) : at;
  if (isTime) time.title = LONG.format(date);
  return time;
}
