/** What to fuzz in a chat with nicknames: for each lesson whose messages are those. */
import fc from 'fast-check';
import { anyText, chatText, errorOf, is, isChatText, isName, message, names, time } from './fuzzing.ts';
import type { Fuzzing } from './traits.ts';

type Protocol = Required<NonNullable<Fuzzing['protocol']>>;

const usernames = fc.array(anyText);

/** @param protocol all that the lesson's protocol.ts exports */
export function fuzzNicknames(protocol: Protocol): Fuzzing {
  return {
    protocol,
    messages: fc.oneof(
      message('join', { username: names(protocol.normaliseUsername) }),
      message('chat', { message: chatText }),
    ),
    allowed: [
      { type: is('join'), username: isName },
      { type: is('chat'), message: isChatText },
    ],
    answers: fc.oneof(
      message('joined', { username: anyText, usernames, at: time }),
      message('system', { message: anyText, usernames, at: time }),
      message('chat', { username: anyText, message: anyText, at: time }),
      errorOf(protocol),
    ),
    opening: (username) => [{ type: 'join', username }],
    call: (id) => ({ message: { type: 'chat', message: `call ${id}` }, answer: `"call ${id}"` }),
    dependOnOthers: ['username-taken'],
  };
}
