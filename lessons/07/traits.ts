/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import fc from 'fast-check';
import {
  anyText,
  chatText,
  errorOf,
  is,
  isChatText,
  isName,
  message,
  names,
  time,
} from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

const usernames = fc.array(anyText);

export const traits: Traits = {
  fuzz: {
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
  },
  // Its server is that of the nicknames, which is measured.
  measure: { greetings: () => 0 },
};
