/** Brings each message over once and in order, whatever the link does: keeps what has no ack, asks for what was missed. */
import type { ClientMessage, Said, ServerMessage } from './protocol.ts';

/** So many texts are kept until they are acked. Without a bound, a day away would fill the memory. */
export const MOST_WAITING = 100;
/** A text above the server's `maxPayload` ends the link. It would be sent again, and end the next one. */
const MOST_CHARACTERS = 10_000;
const RESTARTED = 'The server has restarted: its numbers begin again, and what nobody had read is lost.';
const GAP = 'There is a gap before this: you were away for longer than the server remembers.';

export type Options = {
  /** Sends over the link. It is called only while the server knows our name on this connection. */
  send: (message: ClientMessage) => void;
  /** The next message: each one once, in the order of their numbers. */
  show: (said: Said) => void;
  /** These take the place of all that is shown. `why` is a sentence; a newcomer needs none. */
  replace: (messages: Said[], why?: string) => void;
  /** After each change: the texts that have no ack yet, in their order. */
  showWaiting?: (texts: string[]) => void;
  /** The server does not take this text, and says why. */
  giveBack?: (text: string, why: string) => void;
};

type Item = { id: string; text: string; hasGone: boolean }; // hasGone: over this connection.
type Answer<T> = ServerMessage & { type: T };

export type Delivery = {
  /** Keeps a text, and sends it as soon as it may. Gives false where too many wait, or it is far too long. */
  write: (text: string) => boolean;
  /** Takes each message that comes. What is none of its business it ignores. */
  receive: (message: ServerMessage) => void;
  /** The link has ended. What has no ack is sent again on the next one. */
  lost: () => void;
};

export function createDelivery({ send, show, replace, showWaiting, giveBack }: Options): Delivery {
  let [isJoined, isAsking] = [false, false];
  let waiting: Item[] = [];
  /** Whose numbers we have. '' is nobody's. */
  let epoch = '';
  /** All up to this number were shown. It is what we ask from: a number that we only heard of has gaps before it. */
  let last = 0;

  function keep(next: Item[]): void {
    waiting = next;
    showWaiting?.(next.map(({ text }) => text));
  }

  function sendItem(item: Item): void {
    item.hasGone = true;
    send({ type: 'chat', id: item.id, message: item.text });
  }

  /** One answer is enough, however many messages come before it: it has them all. */
  function ask(): void {
    if (!isAsking) send({ type: 'since', epoch, seq: last });
    isAsking = true;
  }

  /** To the server this is a new connection. Only what it has acked has certainly arrived. */
  function resume(): void {
    if (isJoined) return; // It was a change of the name.
    isJoined = true;
    ask();
    for (const item of waiting) sendItem(item);
  }

  function take(said: Said): void {
    if (said.seq > last + 1) ask(); // Something is missing before it. The answer has both.
    if (said.seq !== last + 1) return; // Or it was shown already.
    last = said.seq;
    show(said);
  }

  function catchUp({ messages, last: newest }: Answer<'missed'>): void {
    isAsking = false;
    for (const said of messages) take(said);
    if (messages.length > 0 && last < newest) ask(); // There is another page.
  }

  function startAnew(snapshot: Answer<'snapshot'>): void {
    isAsking = false;
    const why = epoch === '' ? undefined : epoch === snapshot.epoch ? GAP : RESTARTED;
    ({ epoch, last } = snapshot);
    replace(snapshot.messages, why);
  }

  /** The server answers in the order in which it was asked: an error is about the oldest text that has gone. */
  function refused(code: string, why: string): void {
    const item = waiting.find(({ hasGone }) => hasGone);
    if (item && code === 'not-joined') item.hasGone = false; // It waits for the next time.
    if (!item || code !== 'bad-message') return;
    keep(waiting.filter((one) => one !== item));
    giveBack?.(item.text, why);
  }

  return {
    write(text) {
      if (waiting.length >= MOST_WAITING || text.length > MOST_CHARACTERS) return false;
      const item = { id: crypto.randomUUID(), text, hasGone: false };
      keep([...waiting, item]);
      if (isJoined) sendItem(item);
      return true;
    },
    receive(message) {
      if (message.type === 'joined') resume();
      else if (message.type === 'chat') take(message);
      else if (message.type === 'ack') keep(waiting.filter(({ id }) => id !== message.id));
      else if (message.type === 'missed') catchUp(message);
      else if (message.type === 'snapshot') startAnew(message);
      else if (message.type === 'error') refused(message.code, message.message);
    },
    lost() {
      isJoined = false;
      isAsking = false;
      for (const item of waiting) item.hasGone = false;
    },
  };
}
