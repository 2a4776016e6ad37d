/** Makes a stranger's text safe to print: what a terminal would obey is shown instead. */

/** Shows control characters, and those that break a line or turn its direction, instead of letting the terminal obey them. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return code.length > 4 ? `\\u{${code}}` : `\\u${code}`;
  });
}

/**
 * Gives a stranger's text for a log: in quotes, which it cannot close, on one line, and not longer than a
 * line has room for. So nobody can forge a line of the log.
 *
 * @param limit how many characters are shown at most; … stands for the rest
 */
export function quoted(text: string, limit = 40): string {
  let shown = '';
  for (const character of text) {
    const safe = visible(character.replace(/['\\]/, '\\$&'));
    if (shown.length + safe.length > limit) return `'${shown}…'`;
    shown += safe;
  }
  return `'${shown}'`;
}
