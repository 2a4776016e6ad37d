/** The panel of the running server: its state, its page in a frame, and what it prints. */
import { find } from '#shared/lesson/page/find.ts';
import { make } from '#shared/lesson/page/make.ts';
import type { LogLine, ServerNews } from '#shared/workshop/web/messages.ts';
import { setText } from './elements.ts';
import { wish } from './link.ts';
import { showStage } from './stage-frame.ts';

const LOG_LINES = 300;
const STATES = { stopped: 'Stopped', starting: 'Starting …', running: 'Running', crashed: 'Crashed' };

/** What the server does, as far as we know, and whether this page has asked for its start. */
let state: ServerNews['state'] | undefined;
let hasAsked = false;

/** Lets the panel's buttons work. */
export function openServerPanel(): void {
  find('#restart', HTMLButtonElement).addEventListener('click', () => wish({ type: 'restart' }));
  find('#stop', HTMLButtonElement).addEventListener('click', () =>
    wish({ type: isDown() ? 'start' : 'stop' }),
  );
  find('#undo', HTMLButtonElement).addEventListener('click', () => wish({ type: 'undo' }));
}

/** The workshop is there again: it may be another one, in which nothing runs. */
export function forgetServer(): void {
  hasAsked = false;
}

/** Starts the server once, when its part of the page is first in view: nothing runs that nobody looks at. */
export function startForReader(): void {
  if (hasAsked || state !== 'stopped' || document.body.dataset.tab !== 'try') return;
  hasAsked = true;
  wish({ type: 'start' });
}

export function showServer(news: ServerNews): void {
  const { state: now, url, sentence } = news;
  state = now;
  startForReader();
  const isUp = now === 'running' && url !== undefined;
  find('#state', HTMLElement).textContent = isUp ? `Running on ${url.replace('http://', '')}` : STATES[now];
  find('#state', HTMLElement).dataset.state = now;
  find('#stop', HTMLButtonElement).textContent = isDown() ? 'Start' : 'Stop';
  setText('#crash', sentence);
  const ownWindow = find('#window', HTMLAnchorElement);
  ownWindow.hidden = !isUp;
  showStage(news);
  const curtain = find('#curtain', HTMLElement);
  curtain.hidden = !find('#stage', HTMLIFrameElement).hidden;
  curtain.textContent =
    now === 'starting' ? 'The server starts …' : 'The server does not run. Start brings it back.';
  if (isUp) ownWindow.href = url;
}

export function showLog(lines: LogLine[], all: boolean): void {
  const list = find('#log', HTMLOListElement);
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  if (all) list.replaceChildren();
  list.append(...lines.slice(-LOG_LINES).map(({ kind, text }) => make('li', kind, text)));
  while (list.childElementCount > LOG_LINES) list.firstElementChild?.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function isDown(): boolean {
  return state === 'stopped' || state === 'crashed';
}
