/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
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
};
