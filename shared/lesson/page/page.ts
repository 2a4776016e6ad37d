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
  1000: 'Closed in the normal way.',
  1001: 'The other side went away: it was shut down, or somebody left the page.',
  1002: 'One side broke the rules of the protocol.',
  1003: 'One side got a kind of data that it does not take.',
  1005: 'Closed in the normal way, without a code.',
  1006: 'The connection was lost, or could not be made. Is the server running?',
  1007: 'A text was not valid UTF-8.',
  1008: 'The server does not allow what was sent.',
  1009: 'A message was too big.',
  1011: 'The server met an error that it did not expect.',
  1012: 'The server restarts.',
  1013: 'The server is too busy. Try again later.',
};

/** Says in words why a connection closed. The arguments are those of the close event. */
export function closeReason(code: number, reason = ''): string {
  const meaning = CLOSE_CODES[code] ?? 'The server gave a code of its own.';
  const given = reason === '' ? '' : ` The reason given: “${reason}”`;
  return `Code ${code}. ${meaning}${given}`;
}
