/** Looks at what a server prints: how much it is, and whether a stranger wrote a line of it. */

/** What strangers put wherever a log may show it, behind a line break: it must never begin a line. */
export const FORGED_LINE = 'A client arrived, and is the admin.';

/** What a terminal obeys, or what turns or breaks a line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export type Log = {
  add: (lines: string[]) => void;
  /** What came since this was asked last. */
  since: () => { lines: number; bytes: number; forged: string[] };
};

export function createLog(): Log {
  let found = { lines: 0, bytes: 0, forged: [] as string[] };
  return {
    add(lines) {
      found.lines += lines.length;
      for (const line of lines) {
        found.bytes += line.length + 1;
        if (isForged(line) && found.forged.length < 3) found.forged.push(line.slice(0, 80));
      }
    },
    since() {
      const before = found;
      found = { lines: 0, bytes: 0, forged: [] };
      return before;
    },
  };
}

function isForged(line: string): boolean {
  return line.startsWith(FORGED_LINE) || UNSAFE.test(line);
}
