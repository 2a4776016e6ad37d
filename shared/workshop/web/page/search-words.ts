/** Which entries of an index are meant by what somebody has pasted: an error message, with all that is around it. */

export type Found = {
  /** The places of the entries: what fits best comes first. */
  entries: number[];
  /** Whether each has all the words. Else they have most of them. */
  hasAll: boolean;
};

/** The share of the words, by their weight, that an entry must have where none has all of them. */
const MOST = 0.5;
/** Of those that have most, these are near enough to the best one. */
const NEAR = 0.9;

/** What differs each time, and says nothing: addresses, lines of a stack, places in a file, bytes. */
const NOISE = [
  /^\s*at .*$/gm,
  /\bat (?:async |new )*[\w.<>$]+ \([^)]*\)?/g, // The same, where all lines became one.
  /\b(?:wss?|https?|file|node):\/{0,2}[^\s'"`)]*/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/g,
  /[\w.]*:\d+:\d+\b/g,
  /(?<=<buffer )[\da-f ]+(?:\.\.\. \d+ more bytes)?/g,
];

/** Says which words of a text count. Letters in any case are the same. */
export function wordsOf(text: string): string[] {
  const clean = NOISE.reduce((rest, noise) => rest.replace(noise, ' '), text.toLowerCase().slice(0, 2000));
  return [...new Set(clean.match(/[\p{L}\p{N}_]+/gu) ?? [])];
}

/** What is searched in: a word in the title says more than one in the text, which has the title, too. */
export type Entry = { title: string; text: string };

/**
 * Finds the entries that have all the words, each from its begin on: `fram` is found in "frame". Where none has, those
 * that have most of what is in any entry at all: rare words weigh more.
 *
 * @param asked what somebody wrote or pasted. Without a word in it, all entries are found, in their order
 */
export function findEntries(entries: Entry[], asked: string): Found {
  const words = wordsOf(asked);
  const all = entries.map((_, at) => at);
  if (words.length === 0) return { entries: asked.trim() === '' ? all : [], hasAll: true };
  const texts = entries.map(({ text }) => begins(text));
  const titles = entries.map(({ title }) => begins(title));
  const weights = words.map((word) => {
    const many = texts.filter((text) => has(text, word)).length;
    return many === 0 ? 0 : Math.log(1 + entries.length / many);
  });
  const weigh = (text = '') =>
    words.reduce((sum, word, n) => sum + (has(text, word) ? (weights[n] ?? 0) : 0), 0);
  const scores = texts.map(weigh);
  const total = (at: number) => (scores[at] ?? 0) + weigh(titles[at]);
  const ranked = all.sort((a, b) => total(b) - total(a) || a - b);

  const whole = ranked.filter((at) => words.every((word) => has(texts[at], word)));
  if (whole.length > 0) return { entries: whole, hasAll: true };
  const best = Math.max(0, ...scores);
  // A word that is in no entry counts, too: else one word of a whole sentence would find something.
  const unknown = weights.filter((weight) => weight === 0).length;
  const isMost = best > 0 && best >= MOST * (sum(weights) + unknown);
  return { entries: isMost ? ranked.filter((at) => (scores[at] ?? 0) >= NEAR * best) : [], hasAll: false };
}

/** The words of a text, each after a space: so one finds where a word begins. */
function begins(text: string): string {
  return ` ${wordsOf(text).join(' ')}`;
}

function has(text: string | undefined, word: string): boolean {
  return text?.includes(` ${word}`) ?? false;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
