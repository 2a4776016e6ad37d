/** The table of an attack, and what one must know to read it. */
import type { Hole } from '#shared/testing/traits.ts';
import { type Fall, type Fought, MOST_HELD, MOST_KEPT, MOST_LINES, MOST_NOISE } from './arena.ts';

/** How one server fared. */
export type Fared = {
  /** For the head of a column: '03', or 'desk'. */
  head: string;
  name: string;
  fought: Fought[];
  open: Record<string, Hole>;
};

/** Of so many attacks some need a connection. */
const ENOUGH = 30;

/** Gives the lines of the table. @param groups the kinds that were asked for, by their groups */
export function tableOf(groups: Record<string, string[]>, all: Fared[]): string[] {
  const width =
    Math.max(
      ...Object.values(groups)
        .flat()
        .map(({ length }) => length),
      10,
    ) + 1;
  const row = (first: string, cells: string[]) =>
    `${first.padEnd(width)}${cells.map((cell) => cell.padStart(5)).join('')}`.trimEnd();
  const heads = all.map(({ head }) => head);
  return Object.entries(groups)
    .filter(([, kinds]) => kinds.length > 0)
    .flatMap(([group, kinds]) => [
      '',
      row(group.toUpperCase(), heads),
      ...kinds.map((kind) =>
        row(
          kind,
          all.map((one) => cellOf(one, kind)),
        ),
      ),
    ]);
}

function cellOf({ fought, open }: Fared, kind: string): string {
  const one = fought.find((done) => done.kind === kind);
  if (!one) return '';
  if (wrongOf(one, holeOf(open, kind)).length > 0) return 'FELL';
  return one.falls.length === 0 ? '·' : (holeOf(open, kind)?.closedBy ?? '');
}

/** What is said of an attack, where it is left open. */
export function holeOf(open: Record<string, Hole>, kind: string): Hole | undefined {
  return Object.hasOwn(open, kind) ? open[kind] : undefined;
}

/** What is not as the lesson's traits say: it fell where it should not, or did not where it says so. */
export function wrongOf({ falls, kind }: Fought, known: Hole | undefined): string[] {
  const isKnown = ({ fact }: Fall) => known?.falls.includes(fact) === true;
  const missing = (known?.falls ?? []).filter((fact) => !falls.some((fall) => fall.fact === fact));
  return [
    ...falls.filter((fall) => !isKnown(fall)).map(({ fact, why }) => `falls to "${kind}" (${fact}): ${why}`),
    ...missing.map(
      (fact) => `leaves "${kind}" open (${fact}), as its traits.ts says, but it does not fall to it`,
    ),
  ];
}

/**
 * The same for all servers, and for what the lessons say of each other.
 *
 * @param holesOf what a lesson leaves open, by its number; undefined where there is no such lesson
 * @param kinds the names of all attacks
 */
export function faultsOf(
  all: Fared[],
  holesOf: (number: string) => Record<string, Hole> | undefined,
  kinds: string[],
): string[] {
  return all.flatMap(({ name, fought, open }) => [
    ...fought.flatMap((one) => wrongOf(one, holeOf(open, one.kind)).map((what) => `${name} ${what}.`)),
    // A server that lets nobody in survives it all, and that would say nothing.
    ...(fought.length >= ENOUGH && fought.every(({ letIn }) => letIn === 0)
      ? [`${name} has let in no stranger at all: it was not attacked.`]
      : []),
    ...Object.entries(open).flatMap(([kind, { closedBy }]) => {
      if (!kinds.includes(kind))
        return [`${name}: its traits.ts names "${kind}", and there is no such attack.`];
      const later = holesOf(closedBy);
      return later && Object.hasOwn(later, kind)
        ? [
            `${name}: "${kind}" is closed by lesson ${closedBy}, as its traits.ts says, but that leaves it open, too.`,
          ]
        : [];
    }),
  ]);
}

/** Which holes are open on purpose: what falls, grouped by the lesson that closes them. */
export function openOnPurpose(all: Fared[]): string[] {
  const found = new Map<string, string[]>();
  for (const { head, open, fought } of all) {
    for (const { kind, falls } of fought) {
      const known = holeOf(open, kind);
      if (!known || falls.length === 0) continue;
      const key = `${known.closedBy}  ${kind}: ${known.falls.join(', ')}`;
      found.set(key, [...(found.get(key) ?? []), head]);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, heads]) => `  ${key} (${heads.join(' ')})`);
}

const mib = (bytes: number) => `${bytes / 1024 / 1024} MiB`;

export const NOTES = [
  '· survived. A number: falls, and is meant to; the lesson of this number closes the hole. FELL: a fault.',
  'Survived is: the process lives, and serves somebody new. Two who are polite talk all the while: none was cut,',
  `each word was answered, they heard nothing forged, and of strangers at most ${MOST_NOISE} messages. While strangers are`,
  `there it holds at most ${mib(MOST_HELD)} more, when they have gone ${mib(MOST_KEPT)}, and no socket. Its log has no line of`,
  `theirs, and at most ${MOST_LINES} lines more. It gave no file of outside, and let in no page of another site.`,
  'ends, cuts, forges, noise, crowd, holds, keeps, ghost, log, fills, gives, runs: what falls; see shared/testing/traits.ts.',
];
