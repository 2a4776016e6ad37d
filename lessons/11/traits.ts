/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import { is, message, time } from '#shared/testing/fuzzing.ts';
import { fuzzHistory } from '#shared/testing/history-fuzz.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

/** A name as the schema leaves it. */
function normaliseUsername(username: string): string | undefined {
  const parsed = protocol.parse(JSON.stringify({ type: 'join', username }));
  return typeof parsed === 'object' && parsed.type === 'join' ? parsed.username : undefined;
}

export const traits: Traits = {
  library: 'valibot',
  fuzz: {
    ...fuzzHistory(
      { ...protocol, normaliseUsername },
      {
        messages: [message('ping', {})],
        allowed: [{ type: is('ping') }],
        answers: [message('pong', { at: time })],
      },
    ),
    maxPayload: 16 * 1024,
  },
  // What it does for each message is that of the nicknames, which is measured.
  measure: { greetings: () => 0, mostConnections: 250 },
  // Each client has 150 tokens. To come in takes some.
  soak: { endsSilent: 10_000, allows: { atOnce: 140, perSecond: 9 } },
};
