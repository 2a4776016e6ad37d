/** Sees all that is said in the storm, and counts in the end what was lost, and what came twice. */
import type { Point, Result } from '#shared/lesson/experiment/report.ts';
import type { ClientMessage, ServerMessage } from './protocol.ts';
import { brief, happened, type Person, type Seen, seesTwice, tellLost, tellTwice } from './storm-story.ts';

/** In ms: the chart has a point for each. */
const SLICE = 50;

export type Witness = ReturnType<typeof createWitness>;

export function createWitness() {
  const began = performance.now();
  const now = () => performance.now() - began;
  const all: Seen[] = [];
  /** When alice wrote each text, and when bob saw it. */
  const written = new Map<string, number>();
  const shown = new Map<string, number[]>();
  let hasEnded = false;

  return {
    wrote: (text: string) => void written.set(text, now()),
    cut: (who: Person) => void all.push(happened(who, 'the cable is cut', now())),
    sent(who: Person, message: ClientMessage): void {
      all.push({ who, message, entry: { kind: 'sent', who, text: brief(message), at: now() } });
    },
    received(who: Person, message: ServerMessage): void {
      all.push({ who, message, entry: { kind: 'received', who, text: brief(message), at: now() } });
    },
    /** It is on bob's page. */
    shows(text: string): void {
      if (!written.has(text)) {
        hasEnded = true;
        return;
      }
      const times = shown.get(text) ?? [];
      shown.set(text, [...times, now()]);
      if (times.length === 1) all.push(happened('bob', seesTwice(text), now()));
    },
    /** How many of alice's messages bob has seen. */
    count: () => shown.size,
    /** Whether bob saw what was said behind all that was written. */
    hasEnded: () => hasEnded,
    result(cuts: number): Result {
      const texts = [...written.keys()];
      const lost = texts.filter((text) => !shown.has(text));
      const twice = texts.filter((text) => (shown.get(text)?.length ?? 0) > 1);
      const wrong = texts.find((text) => lost.includes(text) || twice.includes(text));
      const story = wrong && (lost.includes(wrong) ? tellLost(all, wrong) : tellTwice(all, wrong));
      const sent = texts.length.toLocaleString('en');
      return {
        chart: {
          title: 'The storm',
          x: 'Seconds',
          y: 'Messages so far',
          series: [
            { name: 'written by alice', points: stepsOf([...written.values()]) },
            { name: 'shown to bob', points: stepsOf([...shown.values()].map(([at = 0]) => at)) },
          ],
        },
        table: [
          ['What came of it'],
          [`${sent} sent, ${lost.length} lost, ${twice.length} twice, ${cuts} cuts`],
        ],
        ...(story && { conversation: story }),
      };
    },
  };

  function stepsOf(times: number[]): Point[] {
    const slices = Array.from({ length: Math.ceil(now() / SLICE) + 1 }, (_, n) => n * SLICE);
    return slices.map((end) => [end / 1000, times.filter((at) => at <= end).length]);
  }
}
