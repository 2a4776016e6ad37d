/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzHistory(protocol),
  // What it does for each message is that of the nicknames, which is measured.
  measure: { greetings: () => 0 },
  attack: {
    greedy: { type: 'since', epoch: '', seq: 0 },
  },
};
