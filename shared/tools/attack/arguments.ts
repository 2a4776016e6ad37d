/** Reads what was asked for: lessons, kinds of attack, the short form. What is none of them gets one sentence. */
import type { Kind } from './kind.ts';

export type Asked = { kinds: Kind[]; lessons: string[]; isWithWorkshop: boolean };

const WORKSHOP = 'workshop';

/** @param known the lessons' numbers, and the kinds by their groups */
export function readArguments(
  words: string[],
  known: { lessons: string[]; groups: Record<string, Kind[]> },
): Asked | { sentence: string; isHelp: boolean } {
  const groups = Object.keys(known.groups);
  const usage = `npm run attack -- [short] [a lesson: ${known.lessons.join(' ')} ${WORKSHOP}] [a part of an attack's name, or a group: ${groups.join(' ')}]`;
  if (words.some((word) => /^(--?help|-h|help)$/.test(word))) return { sentence: usage, isHelp: true };
  const all = Object.entries(known.groups).flatMap(([group, kinds]) =>
    kinds.map((kind) => ({ group, kind })),
  );
  const fits = (word: string) => (one: (typeof all)[number]) =>
    groups.includes(word) ? one.group === word : one.kind.name.includes(word);
  const isShort = words.includes('short');
  const others = words.filter((word) => word !== 'short' && word !== WORKSHOP);
  const numbers = others.filter((word) => /^\d+$/.test(word)).map((word) => word.padStart(2, '0'));
  const parts = others.filter((word) => !/^\d+$/.test(word));
  const wrong =
    numbers.find((number) => !known.lessons.includes(number)) ?? parts.find((part) => !all.some(fits(part)));
  if (wrong !== undefined)
    return { sentence: `There is no lesson and no attack "${wrong}". Usage: ${usage}`, isHelp: false };
  const isAll = numbers.length === 0 && !words.includes(WORKSHOP);
  return {
    kinds: all
      .filter((one) => parts.length === 0 || parts.some((part) => fits(part)(one)))
      .map(({ kind }) => kind)
      .filter(({ isLong }) => !(isShort && isLong)),
    lessons: isAll ? known.lessons : known.lessons.filter((number) => numbers.includes(number)),
    isWithWorkshop: isAll || words.includes(WORKSHOP),
  };
}
