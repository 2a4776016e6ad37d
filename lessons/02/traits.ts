/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import fc from 'fast-check';
import { anyText, errorOf, time } from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.record({ message: anyText }),
    answers: fc.oneof(
      fc.record({ type: fc.constantFrom('welcome', 'echo'), message: anyText, at: time }),
      errorOf(protocol),
    ),
    call: (id) => ({ message: `call ${id}`, answer: `"call ${id}"` }),
    echo: ({ isBinary, payload }) =>
      isBinary ? { type: 'error', code: 'not-text' } : { type: 'echo', message: payload.toString() },
  },
  measure: {
    greetings: (size) => size,
    echo: { text: 'Hello, world', atLeast: 0.75 },
  },
  attack: {
    open: {
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
