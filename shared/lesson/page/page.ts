/** The parts that every lesson's page is made of. The WebSocket code is not here: each client.ts shows it whole. */

/**
 * Gives the element that a page must have.
 *
 * @param selector a CSS selector: '#field'
 * @param type what it must be: HTMLInputElement
 * @throws where the page has no such element: then client.html and client.ts do not fit together
 */
export function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} at ${selector}.`);
  return element;
}

/** The WebSocket address of the server that this page came from: ws:// for http://, wss:// for https:// */
export function serverUrl(): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/`;
}

/** The words for a socket's readyState, which is 0, 1, 2 or 3. */
const STATES = ['Connecting', 'Open', 'Closing', 'Closed'];

/**
 * Shows the state of the connection. An element with data-needs="open" is disabled unless the
 * connection is open; data-needs="closed" works in the same way.
 *
 * @param readyState the socket's readyState
 * @param detail what else there is to say: why it closed
 */
export function showConnection(readyState: number, detail = ''): void {
  const state = STATES[readyState] ?? 'Closed';
  document.documentElement.dataset.connection = state.toLowerCase();
  find('#connection', HTMLElement).textContent = state;
  find('#detail', HTMLElement).textContent = detail;
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-needs]')) {
    button.disabled = button.dataset.needs !== state.toLowerCase();
  }
}

/** What the close codes mean (RFC 6455, section 7.4.1). */
const CLOSE_CODES: Record<number, string> = {
  1000: 'Closed in the normal way',
  1001: 'The other side went away: it was shut down, or somebody left the page',
  1002: 'One side broke the rules of the protocol',
  1003: 'One side got a kind of data that it does not take',
  1005: 'Closed in the normal way, without a code',
  1006: 'The connection was lost, or could not be made. Is the server running?',
  1007: 'A text was not valid UTF-8',
  1008: 'The server does not allow what was sent',
  1009: 'A message was too big',
  1011: 'The server met an error that it did not expect',
  1012: 'The server restarts',
  1013: 'The server is too busy. Try again later',
};

/** Says in words why a connection closed. The arguments are those of the close event. */
export function closeReason(code: number, reason = ''): string {
  const meaning = CLOSE_CODES[code] ?? 'Closed with a code of its own';
  const given = reason === '' ? '' : ` Reason given: “${reason}”`;
  return `${meaning} (code ${code}).${given}`;
}

export type LogLine = {
  /** own: mine. other: somebody else's, or the server's. system: news. error: something went wrong. */
  kind: 'own' | 'other' | 'system' | 'private' | 'private own' | 'error';
  text: string;
  who?: string;
  /** When: a time as the server sends it (2026-11-22T20:16:37.123Z). It is shown in the reader's own zone. */
  at?: string;
  /** A few words more, shown small. */
  note?: string;
};

/** The log keeps this many lines: a page that is open for a week must not grow for a week. */
const MAX_LOG_LINES = 500;

/** Adds a line to the log. All that strangers wrote becomes textContent: it is never read as HTML. */
export function addLine({ kind, text, who, at, note }: LogLine): void {
  const log = find('#log', HTMLElement);
  const line = document.createElement('div');
  line.className = `line ${kind}`;
  const head = document.createElement('p');
  head.className = 'head';
  if (who !== undefined) head.append(makeElement('span', 'who', who), ' ');
  if (at !== undefined) head.append(makeTime(at), ' ');
  if (note !== undefined) head.append(makeElement('span', 'note', note));
  if (head.hasChildNodes()) line.append(head);
  line.append(makeElement('p', 'text', text));
  log.append(line);

  while (log.childElementCount > MAX_LOG_LINES) log.firstElementChild?.remove();
  stayAtEnd(log);
}

/** The logs whose reader is not at the end. */
const scrolledUp = new WeakMap<HTMLElement, boolean>();

/** Keeps the newest line in view, when the log changes its size, too, unless the reader has scrolled up. */
function stayAtEnd(log: HTMLElement): void {
  const toEnd = () => {
    if (!scrolledUp.get(log)) log.scrollTop = log.scrollHeight;
  };
  if (!scrolledUp.has(log)) {
    scrolledUp.set(log, false);
    log.addEventListener('scroll', () => {
      scrolledUp.set(log, log.scrollHeight - log.scrollTop - log.clientHeight > 48);
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

function makeTime(at: string): HTMLTimeElement {
  const time = document.createElement('time');
  const date = new Date(at);
  const isTime = !Number.isNaN(date.getTime());
  time.dateTime = at;
  time.textContent = isTime ? date.toLocaleTimeString([], { timeStyle: 'medium' }) : at;
  if (isTime) time.title = date.toLocaleString([], { dateStyle: 'full', timeStyle: 'long' });
  return time;
}
