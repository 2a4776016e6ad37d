/** What to fuzz in a chat that numbers its messages: for each lesson whose messages are those. */
import fc from 'fast-check';
import { anyText, chatText, errorOf, is, isChatText, isName, message, names, time } from './fuzzing.ts';
import type { Fields, Fuzzing } from './traits.ts';

type Protocol = NonNullable<Fuzzing['protocol']>;

/** What a lesson says beside it. */
type More = {
  messages?: fc.Arbitrary<Fields>[];
  allowed?: NonNullable<Fuzzing['allowed']>;
  answers?: fc.Arbitrary<Fields>[];
  /** Whether one says who one is. Else the server knows it already. */
  joins?: boolean;
  /** What tells who comes and goes, where it is no message of the kind `system`. */
  presence?: fc.Arbitrary<Fields>;
};

const usernames = fc.array(anyText);
const id = fc.uuid();
const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const said = { seq: number, username: anyText, message: anyText, at: time };
const messages = fc.array(fc.record(said), { maxLength: 5 });

const isId = (value: unknown) =>
  typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(value);
const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param protocol all that the lesson's protocol.ts exports */
export function fuzzHistory(protocol: Protocol, more: More = {}): Fuzzing {
  const { joins = true } = more;
  const { normaliseUsername = () => undefined } = protocol;
  return {
    protocol,
    messages: fc.oneof(
      ...(joins ? [message('join', { username: names(normaliseUsername) })] : []),
      message('chat', { id, message: chatText }),
      message('since', { epoch: fc.oneof(id, fc.constant('')), seq: number }),
      ...(more.messages ?? []),
    ),
    allowed: [
      ...(joins ? [{ type: is('join'), username: isName }] : []),
      { type: is('chat'), id: isId, message: isChatText },
      { type: is('since'), epoch: (value) => value === '' || isId(value), seq: isNumber },
      ...(more.allowed ?? []),
    ],
    answers: fc.oneof(
      ...(joins
        ? [
            message('joined', { username: anyText, usernames, at: time }),
            more.presence ?? message('system', { message: anyText, usernames, at: time }),
          ]
        : []),
      message('chat', said),
      message('ack', { id, seq: number, at: time }),
      message('missed', { messages, last: number, at: time }),
      message('snapshot', { epoch: id, messages, last: number, at: time }),
      errorOf(protocol),
      ...(more.answers ?? []),
    ),
    opening: (username) => (joins ? [{ type: 'join', username }] : []),
    call: (count) => ({
      message: { type: 'chat', id: idOf(count), message: `call ${count}` },
      answer: `"call ${count}"`,
    }),
    dependOnOthers: ['username-taken'],
  };
}

/** An id that has the form of a random one, and another one for each number. */
function idOf(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}
