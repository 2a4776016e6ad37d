/** The parts that every lesson's page is made of. The WebSocket code is not here: each client.ts shows it whole. */
import { find } from './find.ts';

export { closeReason } from './close-codes.ts';
export { find };

/**
 * The WebSocket address of the server that this page came from: ws:// for http://, wss:// for https://
 * A page that shows the wire has a name in its address, and takes it along: the server sees whose connection it is.
 */
export function serverUrl(): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/${location.search}`;
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

offerWire();

/** The way to the wire view, and the view itself where the page's address asks for it: /?client=a1b2 */
async function offerWire(): Promise<void> {
  const isServed = location.protocol.startsWith('http');
  if (!isServed) return;
  const name = new URLSearchParams(location.search).get('client');
  // What follows is loaded where somebody looks: a lesson's page stays light.
  const [view, client] = ['/wire.ts', '/stage-client.ts'];
  if (window !== window.top) {
    // In a frame the stage around it shows the wire.
    // A server that went away just now: the stage loads this page again when it is back.
    if (name !== null) await import(client).catch(() => {});
    return;
  }
  const link = document.createElement('a');
  link.id = 'look';
  link.className = 'wire-link';
  link.href = name === null ? `/?client=${Math.random().toString(36).slice(2, 6)}` : '/';
  link.textContent = name === null ? 'Look at the wire' : 'Hide the wire';
  document.querySelector('header')?.append(link);
  if (name === null) return;
  const { showWire }: typeof import('./wire.ts') = await import(view);
  const section = document.createElement('section');
  section.className = 'wire-view';
  document.documentElement.classList.add('with-wire');
  document.body.append(section);
  showWire(section, name);
}
