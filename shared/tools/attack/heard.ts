/** What somebody polite has heard: whether a stranger forged it, and which call it answers. */
import { isDeepStrictEqual } from 'node:util';
import type { Fuzzing } from '#shared/testing/traits.ts';

/** Those who are polite. Strangers try to be them. */
export const POLITE = ['alice', 'bob'];
/** What strangers write has this in it, or the number of a call of theirs. */
export const MARK = 'mallory';
/** Calls from here on are those of strangers. A call in fuzzing's words is a number, and the answer has it, too. */
export const STRANGERS_CALL = 2_000_000;
/** A time that no server would give. */
export const OLD_TIME = '1999-12-31T23:59:59.000Z';

const FROM_STRANGERS = new RegExp(`${MARK}|call 2\\d{6}\\b`, 'i');

/** What was forged in a text that came to somebody polite: a sentence for each. */
export function forgeriesIn(
  text: string,
  { protocol, texts }: Pick<Fuzzing, 'protocol' | 'texts'>,
): string[] {
  const shown = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  if (!protocol) return texts === undefined || texts.test(text) ? [] : [`No text of this server: ${shown}`];
  const known = protocol.parseServerMessage(text);
  const value = known === undefined ? undefined : JSON.parse(text);
  // What is left out by the reader came from nobody that the protocol knows.
  if (!isDeepStrictEqual(known, value) || known === undefined)
    return [`No message of this protocol: ${shown}`];
  const found: string[] = [];
  walk(value, (fields) => {
    const { username, from, message, at } = fields;
    const isStrange = typeof message === 'string' && FROM_STRANGERS.test(message) && fields.type !== 'system';
    const speaker = String(username ?? from ?? '');
    if (isStrange && POLITE.includes(speaker)) found.push(`A stranger spoke as ${speaker}: ${shown}`);
    if (at === OLD_TIME) found.push(`A stranger said when it was: ${shown}`);
  });
  for (const name of namesIn(value)) {
    const like = POLITE.find((one) => one !== name && one === skeleton(name));
    if (like) found.push(`A stranger has a name that looks like ${like}: ${JSON.stringify(name)}`);
  }
  return found;
}

/** What is left of a name when one looks at it: the case and what nobody can see are not. */
export function skeleton(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]|^\p{M}+/gu, '')
    .toLowerCase();
}

function namesIn(value: unknown): string[] {
  const names: unknown[] = [];
  walk(value, ({ username, from, usernames, joined }) => {
    names.push(username, from);
    for (const list of [usernames, joined]) if (Array.isArray(list)) names.push(...list);
  });
  return names.filter((name) => typeof name === 'string');
}

function walk(value: unknown, use: (fields: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, use);
  else if (typeof value === 'object' && value !== null) {
    const fields: Record<string, unknown> = Object.fromEntries(Object.entries(value));
    use(fields);
    for (const one of Object.values(fields)) walk(one, use);
  }
}
