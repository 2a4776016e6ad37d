/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import { is, message, time } from '#shared/testing/fuzzing.ts';
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzHistory(protocol, {
    messages: [message('ping', {})],
    allowed: [{ type: is('ping') }],
    answers: [message('pong', { at: time })],
  }),
  // What it does for each message is that of the nicknames, which is measured.
  measure: { greetings: () => 0 },
  soak: { endsSilent: 10_000 },
  attack: {
    greedy: { type: 'since', epoch: '', seq: 0 },
  },
};
