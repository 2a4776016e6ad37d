/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzHistory(protocol),
  // What it does for each message is that of the nicknames, which is measured.
  measure: { greetings: () => 0 },
  attack: {
    open: {
      'a flood of texts': { falls: ['noise'], closedBy: '11' },
      'joins and leaves': { falls: ['noise'], closedBy: '12' },
      'renames without end': { falls: ['noise'], closedBy: '11' },
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
    greedy: { type: 'since', epoch: '', seq: 0 },
  },
};
