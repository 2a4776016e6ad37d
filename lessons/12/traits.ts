/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import fc from 'fast-check';
import { anyText, is, message, time } from '#shared/testing/fuzzing.ts';
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

/** A name as the schema leaves it. */
function normaliseUsername(username: string): string | undefined {
  const parsed = protocol.parse(JSON.stringify({ type: 'join', username }));
  return typeof parsed === 'object' && parsed.type === 'join' ? parsed.username : undefined;
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const place = fc.tuple(fraction, fraction);
const names = fc.array(anyText);
const isFraction = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isPlace = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isFraction);

export const traits: Traits = {
  library: 'valibot',
  fuzz: {
    ...fuzzHistory(
      { ...protocol, normaliseUsername },
      {
        messages: [message('ping', {}), message('point', { at: place })],
        allowed: [{ type: is('ping') }, { type: is('point'), at: isPlace }],
        answers: [
          message('pong', { at: time }),
          message('points', { points: fc.array(fc.tuple(anyText, fraction, fraction)) }),
        ],
        presence: message('presence', { joined: names, left: names, at: time }),
      },
    ),
    maxPayload: 16 * 1024,
  },
  measure: {
    greetings: () => 0,
    mostConnections: 250,
    reach: {
      hello: (n) => JSON.stringify({ type: 'join', username: `user ${n}` }),
      say: (_, message) => JSON.stringify({ type: 'chat', id: crypto.randomUUID(), message }),
      names: (text) => {
        const message = protocol.parseServerMessage(text);
        if (message?.type === 'joined') return message.usernames;
        return message?.type === 'presence' ? message.joined : [];
      },
      atLeast: 1.15,
      joinsAtMost: 3,
    },
  },
  // Each client has 150 tokens. To come in takes some.
  soak: { endsSilent: 10_000, allows: { atOnce: 140, perSecond: 9 } },
  attack: {
    greedy: { type: 'since', epoch: '', seq: 0 },
  },
};
