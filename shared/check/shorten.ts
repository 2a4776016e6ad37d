/** Leaves entries out of a long conversation, where nothing of importance is. */
import type { Entry } from '#shared/lesson/conversation.ts';

/** So many entries are shown whole. Of more, so many from the beginning and from the end. */
const MOST = 40;
const FIRST = 12;
const LAST = 18;
/** And so many of those where something is not as it should be, the last ones. */
const WRONG = 8;

/** The first and the last entries of a long conversation, and those between where something is wrong. */
export function shorten(entries: Entry[]): Entry[] {
  // A copy: when the clients go, that is noted, too.
  if (entries.length <= MOST) return [...entries];
  const wrong = entries.filter((entry) => 'differs' in entry && entry.differs !== undefined).slice(-WRONG);
  const shown = new Set([...entries.slice(0, FIRST), ...wrong, ...entries.slice(-LAST)]);
  const short: Entry[] = [];
  let count = 0;
  for (const entry of entries) {
    if (!shown.has(entry)) {
      count += 1;
      continue;
    }
    if (count > 0) short.push({ kind: 'left out', count });
    count = 0;
    short.push(entry);
  }
  return short;
}
