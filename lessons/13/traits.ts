/** What the course's tools know of this lesson: how one gets in, what is to fuzz, and what to measure. */
import fc from 'fast-check';
import { enterAs } from '#shared/testing/door.ts';
import { is, message, time } from '#shared/testing/fuzzing.ts';
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

const seq = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const fraction = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0); // -0 is 0 in JSON.
const names = fc.array(fc.string());

const isFraction = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

export const traits: Traits = {
  library: 'valibot',
  door: enterAs,
  fuzz: {
    ...fuzzHistory(protocol, {
      messages: [
        message('ping', {}),
        message('delete', { seq }),
        message('point', { at: fc.tuple(fraction, fraction) }),
      ],
      allowed: [
        { type: is('ping') },
        { type: is('delete'), seq: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
        { type: is('point'), at: (value) => Array.isArray(value) && value.every(isFraction) },
      ],
      answers: [
        message('pong', { at: time }),
        message('deleted', { seq, at: time }),
        message('points', { points: fc.array(fc.tuple(fc.string(), fraction, fraction)) }),
        message('joined', { username: fc.string(), isAdmin: fc.boolean(), usernames: names, at: time }),
      ],
      presence: message('presence', { joined: names, left: names, at: time }),
    }),
    maxPayload: 16 * 1024,
    dependOnOthers: ['unknown-message', 'forbidden'],
  },
  // What it does for each message is that of the nicknames, which is measured.
  measure: { greetings: (size) => size, mostConnections: 250 },
  // Each client has 150 tokens.
  soak: { endsSilent: 10_000, allows: { atOnce: 140, perSecond: 9 } },
  attack: {
    greedy: { type: 'since', epoch: '', seq: 0 },
  },
};
