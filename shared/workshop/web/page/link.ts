/** The page's link to the workshop: one WebSocket, which comes back by itself. */
import { find } from '#shared/lesson/page/find.ts';
import type { News, Wish } from '#shared/workshop/web/messages.ts';

/** Milliseconds: the longest wait after the first failure, and the longest of all. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

/** Buttons that are of no use while the workshop is away. */
const NEEDS_LINK = '.desk section button:not([data-do="guess"], [data-do="show"], .copy)';

let socket: WebSocket;
let failures = 0;
let retry = 0;

/** Opens the link, again and again. */
export function openLink(listener: { opened: () => void; heard: (news: News) => void }): void {
  const connect = () => {
    clearTimeout(retry);
    socket = new WebSocket(`ws://${location.host}/link`);
    socket.addEventListener('open', () => {
      failures = 0;
      showLink('open', 'Connected');
      listener.opened();
    });
    socket.addEventListener('message', ({ data }) => listener.heard(JSON.parse(String(data))));
    socket.addEventListener('close', () => {
      failures += 1;
      // Full jitter: pages that lost the same server at once do not all come back at once.
      const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
      retry = window.setTimeout(connect, wait);
      showLink('closed', 'The workshop is away. Is it still running? npm start');
    });
  };
  connect();
  for (const event of ['online', 'focus']) {
    window.addEventListener(event, () => {
      if (socket.readyState === WebSocket.CLOSED) connect();
    });
  }
}

/** Asks the workshop for something. While it is away, nothing happens. */
export function wish(what: Wish): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function showLink(state: 'open' | 'closed', words: string): void {
  document.body.dataset.link = state;
  find('#link', HTMLElement).textContent = words;
  for (const button of document.querySelectorAll<HTMLButtonElement>(NEEDS_LINK)) {
    button.disabled = state === 'closed';
  }
}
