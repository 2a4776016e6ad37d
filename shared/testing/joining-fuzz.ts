/** What to fuzz in a chat that one joins with a name: what all those have in common. */
import fc from 'fast-check';
import { anyText, errorOf, is, isName, message, names, time } from './fuzzing.ts';
import type { Fields, Fuzzing } from './traits.ts';

/** All that a lesson's protocol.ts exports. */
export type Protocol = Required<NonNullable<Fuzzing['protocol']>>;

/** What one can say beside it, and hear. */
export type More = {
  messages: fc.Arbitrary<Fields>[];
  allowed: NonNullable<Fuzzing['allowed']>;
  answers: fc.Arbitrary<Fields>[];
};

const usernames = fc.array(anyText);

export function fuzzJoining(protocol: Protocol, more: More, call: Fuzzing['call']): Fuzzing {
  return {
    protocol,
    messages: fc.oneof(message('join', { username: names(protocol.normaliseUsername) }), ...more.messages),
    allowed: [{ type: is('join'), username: isName }, ...more.allowed],
    answers: fc.oneof(
      message('joined', { username: anyText, usernames, at: time }),
      message('system', { message: anyText, usernames, at: time }),
      errorOf(protocol),
      ...more.answers,
    ),
    opening: (username) => [{ type: 'join', username }],
    call,
    dependOnOthers: ['username-taken'],
  };
}
