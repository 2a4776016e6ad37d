/** What was said, numbered without a gap: the newest messages only, since memory has an end. */
import { randomUUID } from 'node:crypto';
import type { Said } from './protocol.ts';

type Answer =
  | { type: 'missed'; messages: Said[]; last: number }
  | { type: 'snapshot'; epoch: string; messages: Said[]; last: number };

export type History = {
  /**
   * Gives a message its number. It is not new where its id is known: then it is the same message, sent again.
   *
   * @param id the client's
   */
  add: (id: string, said: Omit<Said, 'seq'>) => { seq: number; isNew: boolean };
  /** What came after a number, or the newest messages where that number says nothing here. */
  since: (epoch: string, seq: number) => Answer;
};

/**
 * Starts a history that has nothing yet. Its epoch is new: numbers of another one say nothing here.
 *
 * @param most so many messages are kept, and so many ids are known
 * @param page no answer has more messages than this
 * @param size nor more characters, in all its texts: who reads slowly must be able to take an answer
 */
export function createHistory(most = 1000, page = 100, size = 50_000): History {
  const epoch = randomUUID();
  const kept: Said[] = [];
  /** In the order in which they came, as a Map keeps it. */
  const numbers = new Map<string, number>();
  let last = 0;

  /** As many of these, the first ones first, as an answer may have. */
  function someOf(messages: Said[]): Said[] {
    let room = size;
    const end = messages.findIndex(({ message }, at) => {
      room -= message.length;
      return at === page || room < 0;
    });
    return end < 0 ? messages : messages.slice(0, end);
  }

  return {
    add(id, said) {
      const known = numbers.get(id);
      if (known !== undefined) return { seq: known, isNew: false };
      last += 1;
      numbers.set(id, last);
      if (kept.push({ seq: last, ...said }) > most) {
        kept.shift();
        const [oldest = ''] = numbers.keys();
        numbers.delete(oldest);
      }
      return { seq: last, isNew: true };
    },
    since(theirs, seq) {
      const before = last - kept.length; // The number of the last one that is not kept any more.
      if (theirs !== epoch || seq < before || seq > last) {
        return { type: 'snapshot', epoch, messages: someOf(kept.toReversed()).reverse(), last };
      }
      return { type: 'missed', messages: someOf(kept.slice(seq - before)), last };
    },
  };
}
