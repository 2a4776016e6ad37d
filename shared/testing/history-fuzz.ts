/** What to fuzz in a chat that numbers its messages: for each lesson whose messages are those. */
import fc from 'fast-check';
import { anyText, chatText, is, isChatText, message, time } from './fuzzing.ts';
import { fuzzJoining, type More, type Protocol } from './joining-fuzz.ts';
import type { Fuzzing } from './traits.ts';

const id = fc.uuid();
const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const said = { seq: number, username: anyText, message: anyText, at: time };
const messages = fc.array(fc.record(said), { maxLength: 5 });

const isId = (value: unknown) =>
  typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(value);
const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param more what a lesson says beside it */
export function fuzzHistory(protocol: Protocol, more: Partial<More> = {}): Fuzzing {
  const { messages: asked = [], allowed = [], answers = [], presence } = more;
  return fuzzJoining(
    protocol,
    {
      messages: [
        message('chat', { id, message: chatText }),
        message('since', { epoch: fc.oneof(id, fc.constant('')), seq: number }),
        ...asked,
      ],
      allowed: [
        { type: is('chat'), id: isId, message: isChatText },
        { type: is('since'), epoch: (value) => value === '' || isId(value), seq: isNumber },
        ...allowed,
      ],
      answers: [
        message('chat', said),
        message('ack', { id, seq: number, at: time }),
        message('missed', { messages, last: number, at: time }),
        message('snapshot', { epoch: id, messages, last: number, at: time }),
        ...answers,
      ],
      presence,
    },
    (count) => ({
      message: { type: 'chat', id: idOf(count), message: `call ${count}` },
      answer: `"call ${count}"`,
    }),
  );
}

/** An id that has the form of a random one, and another one for each number. */
function idOf(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}
