/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
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
  attack: {
    open: {
      'a flood of texts': { falls: ['noise'], closedBy: '11' },
      'joins and leaves': { falls: ['noise'], closedBy: '12' },
      'renames without end': { falls: ['noise'], closedBy: '11' },
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['noise', 'holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
