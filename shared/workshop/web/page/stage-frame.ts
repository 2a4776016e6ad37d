/** The frame with the lesson's own page, the stage: when it is loaded, and what it and this page say to each other. */
import { find } from '#shared/lesson/page/find.ts';
import { type BlockNews, type Order, readBlockNews } from '#shared/lesson/page/stage-messages.ts';
import type { ServerNews } from '#shared/workshop/web/messages.ts';
import { wish } from './link.ts';

let state: ServerNews['state'] | undefined;
/** Where the lesson runs: the only origin that is listened to. It stays the same while the server is away. */
let origin = '';
let address = '';
let isLoaded = false;
let waiting: (() => void)[] = [];

/** Lets the stage be heard. */
export function openStage(heard: (news: BlockNews) => void): void {
  const stage = find('#stage', HTMLIFrameElement);
  window.addEventListener('message', ({ data, source, origin: from }) => {
    if (source !== stage.contentWindow || from !== origin || origin === '') return;
    const news = readBlockNews(data);
    if (isThereNow(data)) {
      isLoaded = true;
      goOn();
    } else if (news) heard(news);
  });
}

/**
 * Keeps the frame with what the server does. It is loaded once, and again only where its page was saved or has moved:
 * what somebody typed there, and what crossed the wire, outlives a crash.
 */
export function showStage({ state: now, url, fresh }: ServerNews): void {
  const stage = find('#stage', HTMLIFrameElement);
  // Somebody asked for something before this page knew that nothing runs.
  if (state === undefined && now === 'stopped' && waiting.length > 0) wish({ type: 'start' });
  state = now;
  // It went away while the frame was loading: what is in there may be the browser's own page.
  if (now !== 'running' && !isLoaded) address = '';
  if (now === 'running' && url !== undefined && address !== `${url}/stage?${fresh}`) {
    address = `${url}/stage?${fresh}`;
    origin = url;
    isLoaded = false;
    stage.src = address;
  }
  stage.hidden = now === 'stopped' || address === '';
  goOn();
}

/** Asks the stage for something, as soon as it is there: a server that does not run is started. @returns once it was asked */
export async function order(what: Order): Promise<void> {
  if (state === 'stopped' || state === 'crashed') wish({ type: 'start' });
  if (!isThere()) await new Promise<void>((resolve) => waiting.push(resolve));
  find('#stage', HTMLIFrameElement).contentWindow?.postMessage(what, origin);
}

function isThere(): boolean {
  return isLoaded && state === 'running';
}

function goOn(): void {
  if (!isThere()) return;
  const due = waiting;
  waiting = [];
  for (const resolve of due) resolve();
}

/** Whether the stage says that it is there. What a browser shows where nothing came says nothing. */
export function isThereNow(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'course' in data && data.course === 'there';
}
