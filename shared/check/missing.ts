/** Says in a sentence what did not come, or came too often, and what came instead. It marks in the conversation where that is. */
import {
  fieldOf,
  fits,
  isMessage,
  type Message,
  type Pattern,
  printExpected,
  printPattern,
  short,
  wrongFields,
} from './fits.ts';
import type { Heard } from './scene.ts';

/** Before a message that came, at the end of a sentence. */
const LAST = 'The last message that came';
const THIS = 'This came';

/** Takes out of a sentence what came: that is in the words of a server, and each has its own. */
export function withoutQuote(sentence: string): string {
  return sentence.replace(new RegExp(`\\b(${LAST}|${THIS}): .*$`, 's'), '$1');
}

/** What is wrong where a message is missing, and in which field, where one message comes close. */
export type Missing = { sentence: string; field?: string };

/**
 * Says what is wrong with the message that comes closest: it is of the same type, with the fewest wrong fields.
 * Where none does, it says what is missing, and what came last.
 *
 * @param came what came of the last thing that anybody did, and that nobody waited for
 * @param when how long one waited: ' within 1 s'
 */
export function whatIsMissing(name: string, came: Heard[], pattern: Pattern, when: string): Missing {
  const miss = nearMiss(name, came, pattern);
  if (miss) return miss;
  const noObject = came.findLast(({ value }) => !isMessage(value));
  if (noObject) {
    return { sentence: `${name} got ${short(JSON.stringify(noObject.text))}, which is not a JSON object.` };
  }
  const waits = `${name} waits for ${short(printPattern(pattern))}, but`;
  const errors = came.flatMap(({ value }) =>
    fits(value, { type: 'error' }) && isMessage(value) ? [value] : [],
  );
  const [error] = errors;
  if (error)
    return { sentence: `${waits} got the error ${short(JSON.stringify(error.code) ?? '')} instead.` };
  const last = came.at(-1);
  if (!last) return { sentence: `${waits} nothing more came${when}.` };
  return { sentence: `${waits} nothing that fits came${when}. ${LAST}: ${short(last.text)}` };
}

function nearMiss(name: string, came: Heard[], pattern: Pattern): Missing | undefined {
  let closest: { heard: Heard; message: Message; wrong: [key: string, expected: unknown][] } | undefined;
  for (const heard of came) {
    const { value } = heard;
    if (!isMessage(value) || value.type !== pattern.type) continue;
    const wrong = wrongFields(value, pattern);
    if (!closest || wrong.length <= closest.wrong.length) closest = { heard, message: value, wrong };
  }
  const [field] = closest?.wrong ?? [];
  if (!closest || !field) return undefined;
  const [key, expected] = field;
  const actual = fieldOf(closest.message, key);
  const type = pattern.type === undefined ? '' : ` of type ${JSON.stringify(pattern.type)}`;
  const what = `${name} got a message${type}`;
  if (actual === undefined) return { sentence: `${what}, but it has no "${key}".`, field: key };
  mark(closest.heard, key, actual);
  const values = `is ${short(JSON.stringify(actual))} and should be ${short(printExpected(expected))}`;
  return { sentence: `${what}, but its "${key}" ${values}.`, field: key };
}

/** How often something came that should have come so many times. Undefined where it did. */
export function wrongCount(
  name: string,
  heard: Heard[],
  times: number,
  pattern: Pattern,
): string | undefined {
  const came = heard.filter(({ value }) => fits(value, pattern));
  if (came.length === times) return undefined;
  for (const one of came) markPattern(one, pattern);
  const what = short(printPattern(pattern));
  return came.length === 0
    ? `${name} never got ${what}.`
    : `${name} got ${what} ${often(came.length)}, not ${often(times)}.`;
}

/** What came that is no JSON object. Undefined where nothing did. */
export function cameNotAsJson(heard: Heard[]): string | undefined {
  const came = heard.find(({ value }) => !isMessage(value));
  return came && `This came: ${short(JSON.stringify(came.text))}`;
}

/** What came that should never come. Undefined where nothing did. */
export function cameAllTheSame(heard: Heard[], pattern: Pattern): string | undefined {
  const came = heard.find(({ value }) => fits(value, pattern));
  if (!came) return undefined;
  markPattern(came, pattern);
  return `${THIS}: ${short(came.text)}`;
}

/** What came with words that should be in nothing that comes. Undefined where nothing did. */
export function cameWithWords(heard: Heard[], words: string): string | undefined {
  const came = heard.find(({ decoded }) => decoded.includes(words));
  if (!came) return undefined;
  came.entry.differs = words;
  const { decoded } = came;
  const at = decoded.indexOf(words);
  return `${THIS}: ${decoded.length <= 120 || at < 60 ? short(decoded) : `…${short(decoded.slice(at - 40))}`}`;
}

function often(times: number): string {
  return ['never', 'once', 'twice'][times] ?? `${times} times`;
}

/** The first field of a pattern but the type says best which message it is. */
function markPattern(heard: Heard, pattern: Pattern): void {
  const [key] = Object.keys(pattern).filter((one) => one !== 'type');
  if (key !== undefined && isMessage(heard.value)) mark(heard, key, fieldOf(heard.value, key));
}

/** Marks a field in the conversation, as its server has written it. */
function mark({ entry }: Heard, key: string, value: unknown): void {
  const field = `${JSON.stringify(key)}:${JSON.stringify(value)?.slice(0, 40)}`;
  entry.differs = entry.text.includes(field) ? field : JSON.stringify(key);
}
