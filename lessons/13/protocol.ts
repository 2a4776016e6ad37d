/** The messages of lesson 13 as schemas. Nobody says who they are any more: the server knows it from the ticket. */
import * as v from 'valibot';

// Control and unassigned characters, line separators, and characters that nobody can see: the last two are signs
// that are blank. And an accent at the beginning: it has no letter, and so it joins what stands before the name.
const FORBIDDEN_IN_NAMES = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]|^\p{M}/u;

/** A name in the one spelling that the server keeps. What fails here is not changed any more by what follows. */
export const Username = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(200), // No name needs more. To normalise 32,000 accents takes a second.
  v.normalize('NFKC'),
  v.transform((name) => name.replace(/\p{Zs}+/gu, ' ')), // On a page several blanks look like one.
  v.trim(),
  v.minCodePoints(1),
  v.maxCodePoints(20),
  v.check((name) => !FORBIDDEN_IN_NAMES.test(name)),
);

const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(2000));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A place as fractions of the width and of the height. */
const Fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const Point = v.tuple([Fraction, Fraction]);
export type Point = v.InferOutput<typeof Point>;

/** As crypto.randomUUID() gives it. Nobody else makes the same one by chance. */
const Id = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** What a client may say. Fields that are not named here are left out. */
const ClientMessage = v.variant('type', [
  v.object({ type: v.literal('chat'), id: Id, message: Text }),
  v.object({ type: v.literal('since'), epoch: v.union([v.literal(''), Id]), seq: Count }),
  v.object({ type: v.literal('point'), at: Point }),
  v.object({ type: v.literal('delete'), seq: Count }),
  v.object({ type: v.literal('ping') }),
]);
export type ClientMessage = v.InferOutput<typeof ClientMessage>;

/** For each error code, a sentence for the person who reads it. */
export const ERROR_TEXTS = {
  'not-text': 'This server takes text. It does not take binary messages.',
  'not-json': 'This is not JSON.',
  'bad-message': 'This is no message that the server knows. A chat message has 1 to 2,000 characters.',
  'unknown-message': 'There is no message with this number, or it is too old.',
  forbidden: 'Only who has written a message may delete it, and the admin.',
  'too-fast': 'This is too much at once. Wait a moment.',
};
export type ErrorCode = keyof typeof ERROR_TEXTS;

const At = v.string();
const said = { seq: Count, username: v.string(), message: v.string(), at: At };
/** Whose `message` is empty was deleted. */
const Said = v.object(said);
export type Said = v.InferOutput<typeof Said>;

const ServerMessage = v.variant('type', [
  v.object({
    type: v.literal('joined'),
    username: v.string(),
    isAdmin: v.boolean(),
    usernames: v.array(v.string()),
    at: At,
  }),
  v.object({ type: v.literal('presence'), joined: v.array(v.string()), left: v.array(v.string()), at: At }),
  v.object({ type: v.literal('points'), points: v.array(v.tuple([v.string(), Fraction, Fraction])) }),
  v.object({ type: v.literal('chat'), ...said }),
  v.object({ type: v.literal('deleted'), seq: Count, at: At }),
  v.object({ type: v.literal('ack'), id: Id, seq: Count, at: At }),
  v.object({ type: v.literal('missed'), messages: v.array(Said), last: Count, at: At }),
  v.object({ type: v.literal('snapshot'), epoch: Id, messages: v.array(Said), last: Count, at: At }),
  v.object({ type: v.literal('pong'), at: At }),
  v.object({
    type: v.literal('error'),
    code: v.picklist(Object.keys(ERROR_TEXTS) as ErrorCode[]),
    message: v.string(),
    at: At,
  }),
]);
export type ServerMessage = v.InferOutput<typeof ServerMessage>;

/** Turns a text from a client into a message, or says what is wrong with it. */
export function parse(text: string): ClientMessage | ErrorCode {
  const value = parseJson(text);
  if (value === undefined) return 'not-json';
  const { success, output } = v.safeParse(ClientMessage, value);
  return success ? output : 'bad-message';
}

/** Turns a text from the server into a message, or into undefined where it is none that we know. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const { success, output } = v.safeParse(ServerMessage, parseJson(text));
  return success ? output : undefined;
}

/** JSON.parse without the exception: undefined, which is no JSON value, where the text does not parse. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
