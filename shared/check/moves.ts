/** What people do to a server, move by move, and how such scripts are drawn. */
import type { Arbitrary } from 'fast-check';
import { rawFrame } from './raw-client.ts';

/** A text, or bytes in hexadecimal digits. */
export type Said = { text: string } | { bytes: string };

/** Who has not connected does so with the first word. All else needs a connection. */
export type Move =
  | { does: 'connects'; who: string }
  /** Several at once arrive together. */
  | { does: 'says'; who: string; what: Said[] }
  /** With a close code. 1005 stands for none. */
  | { does: 'leaves'; who: string; code: number }
  | { does: 'vanishes'; who: string }
  /** All vanish, at once. */
  | { does: 'ends'; who: '' }
  /** Says goodbye and never hangs up: the server's socket is CLOSING from now on, and stays so. */
  | { does: 'lingers'; who: string }
  /** Sends a frame that breaks the protocol, which ends the connection. */
  | { does: 'breaks'; who: string; frame: Broken }
  /** Several people say something, and the server finds all of it at the same moment. */
  | { does: 'together'; who: ''; all: { who: string; what: Said[] }[] }
  /** So many ms pass, on a clock of the check's: that of the lesson's server, and that of the answer. */
  | { does: 'passes'; who: ''; ms: number }
  /** Nothing gets through to them, or from them, any more, and nobody hears of it. Then so many ms pass. */
  | { does: 'freezes'; who: string; ms: number }
  /** It gets through again, what was held, too. */
  | { does: 'heals'; who: string };

/** Frames that break the protocol, by what is wrong with them (RFC 6455, sections 5.1 to 5.5, 7.4 and 8.1). */
export const BROKEN = {
  'a frame without a mask': rawFrame(1, 'hi', { masked: false }),
  'a frame with a reserved bit': rawFrame(1, 'hi', { rsv: 1 }),
  'a frame of an unknown kind': rawFrame(3, 'hi'),
  'a ping of 126 bytes': rawFrame(9, 'x'.repeat(126)),
  'a text that is no UTF-8': rawFrame(1, Buffer.from([0xff])),
  'a close frame with the code 999': rawFrame(8, Buffer.from([0x03, 0xe7])),
  'a continuation of nothing': rawFrame(0, 'hi'),
};
export type Broken = keyof typeof BROKEN;
export const NO_MASK = 'a frame without a mask' satisfies Broken;
export const ALL_BROKEN = Object.keys(BROKEN) as Broken[];

export type FastCheck = typeof import('fast-check').default;

/** Who takes part. */
export const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

/** Close codes that a client may leave with. 1005 stands for none. */
export const CODES = [1000, 1001, 1005, 3000, 4999];

/** The seed of every check, so that a verdict never changes by itself. Others: ORACLE_SEED=7 */
export const SEED = Number(process.env.ORACLE_SEED ?? 20);

/**
 * Draws scripts, always the same for the same seed.
 *
 * @param says draws what one of the people says
 */
export async function drawScripts(
  says: (fc: FastCheck, who: string) => Arbitrary<Said>,
  count: number,
  seed = SEED,
): Promise<Move[][]> {
  const { default: fc } = await import('fast-check');
  const move = fc.constantFrom(...PEOPLE, ...PEOPLE.slice(0, 3)).chain((who): Arbitrary<Move> => {
    const said = says(fc, who);
    return fc.oneof(
      { weight: 12, arbitrary: said.map((one) => ({ does: 'says' as const, who, what: [one] })) },
      { weight: 2, arbitrary: said.map((one) => ({ does: 'says' as const, who, what: [one, one] })) },
      {
        weight: 3,
        arbitrary: fc
          .array(said, { minLength: 2, maxLength: 5 })
          .map((what) => ({ does: 'says' as const, who, what })),
      },
      { weight: 2, arbitrary: fc.constant({ does: 'connects' as const, who }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(...CODES).map((code) => ({ does: 'leaves' as const, who, code })),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('vanishes', 'lingers').map((does) => ({ does, who }) as const),
      },
      { weight: 1, arbitrary: fc.constantFrom(...ALL_BROKEN).map((frame) => breaks(who, frame)) },
    );
  });
  return fc.sample(fc.array(move, { minLength: 4, maxLength: 12 }), { seed, numRuns: count });
}

/** One of the people says these things, all at once: texts as they are, anything else as JSON. */
export function says(who: string, ...what: unknown[]): Move {
  return { does: 'says', who, what: what.map(toSaid) };
}

/** Several people say something at the same moment: each of them these things. */
export function together(people: string[], what: (who: string) => unknown[]): Move {
  return { does: 'together', who: '', all: people.map((who) => ({ who, what: what(who).map(toSaid) })) };
}

function toSaid(what: unknown): Said {
  if (typeof what === 'object' && what !== null && ('text' in what || 'bytes' in what)) return what as Said;
  return { text: typeof what === 'string' ? what : JSON.stringify(what) };
}

export const connects = (who: string): Move => ({ does: 'connects', who });
export const passes = (ms: number): Move => ({ does: 'passes', who: '', ms });
export const freezes = (who: string, ms: number): Move => ({ does: 'freezes', who, ms });
export const heals = (who: string): Move => ({ does: 'heals', who });
export const vanishes = (who: string): Move => ({ does: 'vanishes', who });
export const lingers = (who: string): Move => ({ does: 'lingers', who });
export const breaks = (who: string, frame: Broken = NO_MASK): Move => ({
  does: 'breaks',
  who,
  frame,
});
export const leaves = (who: string, code = 1000): Move => ({ does: 'leaves', who, code });
