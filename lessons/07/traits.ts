/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import { fuzzNicknames } from '#shared/testing/nickname-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzNicknames(protocol),
  // Its server is that of the nicknames, which is measured.
  measure: { greetings: () => 0 },
};
