/** Records what the sockets of a page say and hear, and how many there are at once. */
import type { Page } from 'playwright-core';
import type { Entry } from '#shared/lesson/conversation.ts';
import { isMessage, type Message, readJson } from './fits.ts';

export type PageSockets = {
  sent: Message[];
  heard: Message[];
  /** How many sockets the page had at once, at most. */
  most: () => number;
  /** How many connections have heard something so far. */
  greetings: () => number;
  /** Resolves when one of them hears something, or has closed. */
  change: () => Promise<void>;
};

/** @param entries where to record it */
export function followSockets(who: string, page: Page, entries: Entry[]): PageSockets {
  const [sent, heard]: [Message[], Message[]] = [[], []];
  let [open, most, greetings] = [0, 0, 0];
  let wake = () => {};
  let change = new Promise<void>(() => {});
  const renew = () => {
    wake();
    change = new Promise((resolve) => {
      wake = resolve;
    });
  };
  renew();

  const note = (kind: 'sent' | 'received', payload: string | Buffer) => {
    const text = payload.toString();
    entries.push({ kind, who, text, at: Date.now() });
    const value = readJson(text);
    if (isMessage(value)) (kind === 'sent' ? sent : heard).push(value);
  };
  page.on('websocket', (socket) => {
    let isGreeted = false;
    open += 1;
    most = Math.max(most, open);
    entries.push({ kind: 'connected', who, at: Date.now() });
    socket.on('framesent', ({ payload }) => note('sent', payload));
    socket.on('framereceived', ({ payload }) => {
      note('received', payload);
      if (!isGreeted) greetings += 1;
      isGreeted = true;
      renew();
    });
    socket.on('close', () => {
      open -= 1;
      renew();
    });
  });
  return {
    sent,
    heard,
    most: () => most,
    greetings: () => greetings,
    change: () => change,
  };
}
