/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import { fuzzNicknames } from '#shared/testing/nickname-fuzz.ts';
import { type Traits, toAllBefore } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzNicknames(protocol),
  measure: {
    greetings: () => 0,
    hello: { text: (n) => `{"type":"join","username":"${n.toString(36)}"}`, answers: toAllBefore },
    broadcast: { text: '{"type":"chat","message":"Hello, world"}', atLeast: 0.95 },
  },
};
