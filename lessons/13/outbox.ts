/** What was written, and has no ack yet: kept in its order, and sent a few at a time. */
import type { ClientMessage } from './protocol.ts';

/** So many texts are kept until they are acked. Without a bound, a day away would fill the memory. */
export const MOST_WAITING = 100;
/** So many are on their way at most. The server forgives more errors than that. */
export const MOST_AT_ONCE = 15;
/** A text above the server's `maxPayload` ends the link. It would be sent again, and end the next one. */
export const MOST_CHARACTERS = 2_500; // Each as \u0000: 15 KB.

/** hasGone: over this connection. */
export type Item = { id: string; text: string; hasGone: boolean };

export type Options = {
  send: (message: ClientMessage) => void;
  /** Whether anything may be sent now. */
  mayGo: () => boolean;
  /** After each change: the texts, in their order. */
  showWaiting?: ((texts: string[]) => void) | undefined;
};

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ send, mayGo, showWaiting }: Options) {
  let waiting: Item[] = [];

  const next = () => waiting.find(({ hasGone }) => !hasGone);

  function keep(items: Item[]): void {
    waiting = items;
    showWaiting?.(items.map(({ text }) => text));
    sendSome();
  }

  function sendItem(item: Item): void {
    item.hasGone = true;
    send({ type: 'chat', id: item.id, message: item.text });
  }

  function sendSome(): void {
    let room = MOST_AT_ONCE - waiting.filter(({ hasGone }) => hasGone).length;
    for (let item = next(); item && room > 0 && mayGo(); item = next()) {
      sendItem(item);
      room -= 1;
    }
  }

  return {
    /** Keeps a text, and sends it as soon as it may. Gives false where too many wait, or it is far too long. */
    write(text: string): boolean {
      if (waiting.length >= MOST_WAITING || text.length > MOST_CHARACTERS) return false;
      keep([...waiting, { id: crypto.randomUUID(), text, hasGone: false }]);
      return true;
    },
    /** This one is done: there is room for another one. */
    drop: (id: string) => keep(waiting.filter((item) => item.id !== id)),
    sendSome,
    /** Sends one, if there is one. */
    sendOne(): void {
      const item = next();
      if (item) sendItem(item);
    },
    /** Whether one has not gone yet. */
    hasMore: () => next() !== undefined,
    /** The server answers in the order in which it was asked: an error is about the oldest text that has gone. */
    oldest: () => waiting.find(({ hasGone }) => hasGone),
    /** The link has ended: all that has no ack goes again. */
    lost(): void {
      for (const item of waiting) item.hasGone = false;
    },
  };
}
