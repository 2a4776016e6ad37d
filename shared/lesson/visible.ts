/** Makes a stranger's text safe to print: what a terminal would obey is shown instead. */

/** Shows control characters instead of letting the terminal obey them. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
