/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import fc from 'fast-check';
import { anyText, chatText, errorOf, isChatText, message, time } from '#shared/testing/fuzzing.ts';
import { type Traits, toAllBefore } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.record({ username: fc.string({ maxLength: 20 }), message: chatText }),
    optional: 'username',
    parsed: ({ username, message }) => ({ username: username || 'Anonymous', message }),
    allowed: [{ username: (value) => isChatText(value) && String(value).length <= 20, message: isChatText }],
    answers: fc.oneof(
      message('system', { message: anyText, online: fc.nat(), at: time }),
      message('chat', { username: anyText, message: anyText, at: time }),
      errorOf(protocol),
    ),
    call: (id) => ({ message: { message: `call ${id}` }, answer: `"call ${id}"` }),
  },
  measure: {
    greetings: toAllBefore,
    broadcast: { text: '{"message":"Hello, world"}', atLeast: 0.95 },
  },
};
