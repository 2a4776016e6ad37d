/** For tests: what a page hears of the workshop and asks it for, without a page. */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { News, Wish } from './messages.ts';

/** News of one type. */
export type NewsOf<T extends News['type']> = Extract<News, { type: T }>;

export type TestLink = {
  socket: WebSocket;
  ask: (wish: Wish) => void;
  /** Gives the next news of a type that fits. News of this type that came before it counts as heard. */
  hears: <T extends News['type']>(type: T, fits?: (news: NewsOf<T>) => boolean) => Promise<NewsOf<T>>;
};

/** Milliseconds, far more than anything here takes. */
const PATIENCE = 60_000;

/**
 * Opens a link for one test.
 *
 * @param url of the workshop
 * @param folder what is looked at
 */
export async function openTestLink(url: string, folder?: string): Promise<TestLink> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/link`);
  onTestFinished(() => socket.terminate());
  let waiting: News[] = [];
  let look = () => {};
  socket.on('message', (data) => {
    waiting.push(JSON.parse(data.toString()));
    look();
  });
  const link: TestLink = {
    socket,
    ask: (wish) => socket.send(JSON.stringify(wish)),
    hears: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const heard: News[] = [];
        const giveUp = setTimeout(
          () => reject(new Error(`Not heard: ${type}. It was: ${JSON.stringify(heard.slice(-10))}`)),
          PATIENCE,
        );
        look = () => {
          const all = waiting;
          waiting = [];
          let isFound = false;
          for (const news of all) {
            if (isFound || !isOf(news, type)) waiting.push(news);
            else if (!fits(news)) heard.push(news);
            else {
              isFound = true;
              clearTimeout(giveUp);
              look = () => {};
              resolve(news);
            }
          }
        };
        look();
      }),
  };
  await once(socket, 'open');
  if (folder !== undefined) link.ask({ type: 'look', folder });
  return link;
}

function isOf<T extends News['type']>(news: News, type: T): news is NewsOf<T> {
  return news.type === type;
}
