/** What to fuzz in a chat of people with names: what all those have in common. */
import fc from 'fast-check';
import { anyText, errorOf, is, isName, message, names, time } from './fuzzing.ts';
import type { Fields, Fuzzing } from './traits.ts';

/** All that a lesson's protocol.ts exports. Where it makes no name of a text, the server knows who somebody is. */
export type Protocol = NonNullable<Fuzzing['protocol']>;

/** What one can say beside it, and hear. */
export type More = {
  messages: fc.Arbitrary<Fields>[];
  allowed: NonNullable<Fuzzing['allowed']>;
  answers: fc.Arbitrary<Fields>[];
  /** What tells who comes and goes, where it is no message of the kind `system`. */
  presence?: fc.Arbitrary<Fields> | undefined;
};

const usernames = fc.array(anyText);
const SYSTEM = message('system', { message: anyText, usernames, at: time });

export function fuzzJoining(protocol: Protocol, more: More, call: Fuzzing['call']): Fuzzing {
  const { normaliseUsername } = protocol;
  const { messages, allowed, answers, presence = SYSTEM } = more;
  const answer = fc.oneof(presence, errorOf(protocol), ...answers);
  if (!normaliseUsername) {
    return { protocol, messages: fc.oneof(...messages), allowed, answers: answer, opening: () => [], call };
  }
  return {
    protocol,
    messages: fc.oneof(message('join', { username: names(normaliseUsername) }), ...messages),
    allowed: [{ type: is('join'), username: isName }, ...allowed],
    answers: fc.oneof(message('joined', { username: anyText, usernames, at: time }), answer),
    opening: (username) => [{ type: 'join', username }],
    call,
    dependOnOthers: ['username-taken'],
  };
}
