/** The small stage of the home page: one client of the first lesson, and its wire. */
import { find } from '#shared/lesson/page/find.ts';
import type { ServerNews } from '#shared/workshop/web/messages.ts';
import { setText } from './elements.ts';
import { wish } from './link.ts';
import { isThereNow } from './stage-frame.ts';

let isInView = false;
let state: ServerNews['state'] | undefined;
let hasAsked = false;
let loaded = '';
/** Whether the stage has said so: what a browser shows where nothing came says nothing. */
let isThere = false;
let observer: IntersectionObserver | undefined;

/** Begins anew: the workshop may be another one, in which nothing runs. */
export function openDemo(demo: HTMLElement): void {
  hasAsked = false;
  if (!observer)
    window.addEventListener('message', ({ data, source, origin }) => {
      const stage = find('#small-stage', HTMLIFrameElement);
      isThere ||= source === stage.contentWindow && loaded.startsWith(`${origin}/`) && isThereNow(data);
    });
  observer ??= new IntersectionObserver((entries) => {
    isInView = entries.some(({ isIntersecting }) => isIntersecting);
    startForVisitor();
  });
  observer.observe(demo);
}

/** Starts the server once, when the small stage is first in view: nothing runs that nobody looks at. */
function startForVisitor(): void {
  if (hasAsked || !isInView || state !== 'stopped') return;
  hasAsked = true;
  wish({ type: 'start' });
}

export function showDemo({ state: now, url, sentence, fresh }: ServerNews): void {
  state = now;
  startForVisitor();
  const isUp = now === 'running' && url !== undefined;
  const stage = find('#small-stage', HTMLIFrameElement);
  // What crossed the wire outlives a server that starts again.
  stage.hidden = !isUp && !isThere;
  const words = now === 'running' || now === 'starting' ? 'The server starts …' : 'The server does not run.';
  setText('#demo-curtain', isUp ? undefined : (sentence ?? words));
  if (!isUp) {
    if (!isThere) loaded = '';
    return;
  }
  const address = `${url}/stage?small&${fresh}`;
  if (address === loaded) return;
  loaded = address;
  isThere = false;
  stage.src = address;
}
