/** Which entries of an index are meant by what somebody has pasted: an error message, with all that is around it. */

export type Found = {
  /** The places of the entries, in their order. */
  entries: number[];
  /** Whether each has all the words. Else they have most of them. */
  hasAll: boolean;
};

/** The share of the words, by their weight, that an entry must have where none has all of them. */
const MOST = 0.5;
/** Of those that have most, these are near enough to the best one. */
const NEAR = 0.9;

/** What differs each time, and says nothing: addresses, lines of a stack, places in a file. */
const NOISE = [
  /^\s*at .*$/gm,
  /\bat (?:async |new )*[\w.<>$]+ \([^)]*\)?/g, // The same, where all lines became one.
  /\b(?:wss?|https?|file|node):\/{0,2}[^\s'"`)]*/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/g,
  /[\w.]*:\d+:\d+\b/g,
];

/** Says which words of a text count. Letters in any case are the same. */
export function wordsOf(text: string): string[] {
  const clean = NOISE.reduce((rest, noise) => rest.replace(noise, ' '), text.toLowerCase().slice(0, 2000));
  return [...new Set(clean.match(/[\p{L}\p{N}_]+/gu) ?? [])];
}

/**
 * Finds the entries that have all the words, each from its begin on: `fram` is found in "frame". Where none has, those
 * that have most of what is in any entry at all: rare words weigh more.
 *
 * @param texts of the entries
 * @param asked what somebody wrote or pasted. Without a word in it, all entries are found
 */
export function findEntries(texts: string[], asked: string): Found {
  const words = wordsOf(asked);
  const all = texts.map((_, at) => at);
  if (words.length === 0) return { entries: asked.trim() === '' ? all : [], hasAll: true };
  const known = texts.map((text) => ` ${wordsOf(text).join(' ')}`);
  const has = (at: number, word: string) => known[at]?.includes(` ${word}`) ?? false;
  const whole = all.filter((at) => words.every((word) => has(at, word)));
  if (whole.length > 0) return { entries: whole, hasAll: true };

  const weights = words.map((word) => {
    const many = all.filter((at) => has(at, word)).length;
    return many === 0 ? 0 : Math.log(1 + texts.length / many);
  });
  const sum = (at: number) =>
    words.reduce((total, word, n) => total + (has(at, word) ? (weights[n] ?? 0) : 0), 0);
  const scores = all.map(sum);
  const best = Math.max(0, ...scores);
  const possible = weights.reduce((total, weight) => total + weight, 0);
  // A word that is in no entry counts, too: else one word of a whole sentence would find something.
  const unknown = weights.filter((weight) => weight === 0).length;
  const isMost = best > 0 && best >= MOST * (possible + unknown);
  return { entries: isMost ? all.filter((at) => (scores[at] ?? 0) >= NEAR * best) : [], hasAll: false };
}
