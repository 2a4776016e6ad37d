/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import fc from 'fast-check';
import { anyText, chatText, is, isChatText, isText, message, names, time } from '#shared/testing/fuzzing.ts';
import { fuzzNicknames } from '#shared/testing/nickname-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

/** Somebody who is there, somebody who is not, and names that an object has by birth. */
const anybody = fc.oneof(
  names(protocol.normaliseUsername),
  fc.constantFrom('observer', 'Mallory', 'constructor', '__proto__'),
);

export const traits: Traits = {
  fuzz: {
    ...fuzzNicknames(protocol, {
      messages: [message('private', { to: anybody, message: chatText })],
      allowed: [{ type: is('private'), to: isText, message: isChatText }],
      answers: [message('private', { from: anyText, to: anyText, message: anyText, at: time })],
    }),
    dependOnOthers: ['username-taken', 'unknown-user'],
  },
  // Its chat is that of the lesson before, which is measured.
  measure: { greetings: () => 0 },
};
