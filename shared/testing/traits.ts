/** What the course's tools know of a lesson. Its own traits.ts says it: a lesson is fuzzed and measured by being there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type fc from 'fast-check';
import { lessonNumbers } from '#shared/course/course.ts';
import { ROOT } from '#shared/course/root.ts';

/** What a lesson's traits.ts exports, as `traits`. */
export type Traits = {
  fuzz: Fuzzing;
  measure: Measuring;
  soak?: Soaking;
  attack?: Attacked;
  /** Where not everybody may connect: gives the address for somebody of this name, from that of the server (ws://…). */
  door?: (socketUrl: string, name: string, as?: Knocking) => Promise<string>;
  /** The one package, beside ws, that the lesson is about: its files may import it. */
  library?: string;
};

/** Who knocks at a door: with a password that is not the tests' own, from an address that is not 127.0.0.1. */
export type Knocking = { password?: string; localAddress?: string };

export type Fields = Record<string, unknown>;

/** A message as a client sends it. */
export type Sent = { isBinary: boolean; payload: Buffer };

export type Fuzzing = {
  /** The lesson's protocol.ts, where it has one. */
  protocol?: {
    parse?: (text: string) => unknown;
    parseServerMessage: (text: string) => unknown;
    normaliseUsername?: (text: string) => string | undefined;
    ERROR_TEXTS: Record<string, string>;
  };
  /** What a client may send. Without a `parse` it sends the text in `message`. */
  messages: fc.Arbitrary<Fields>;
  /** The field that it may leave out. */
  optional?: string;
  /** What `parse` makes of such a message, where it does not give it as it is. */
  parsed?: (message: Fields) => Fields;
  /** What `parse` may give: one of these, with these fields and no others. */
  allowed?: Record<string, (value: unknown) => boolean>[];
  /** What the server may send, as its protocol says. */
  answers?: fc.Arbitrary<Fields>;
  /** Without a protocol: the texts that one hears who sends calls. */
  texts?: RegExp;
  /** What a client says first, to be one among the others. */
  opening?: (name: string) => Fields[];
  /** A message that comes back to its sender, and a part of what comes back. */
  call: (id: number) => { message: unknown; answer: string };
  /**
   * For a server that greets, and then answers each message to its sender alone: the answer.
   * With a protocol it is a part of the JSON object, without one the whole message.
   */
  echo?: (sent: Sent) => Fields | Sent;
  /** In bytes: a longer message ends the connection. Where nothing is said: 64 KiB. */
  maxPayload?: number;
  /** Error codes that depend on who else is there: no message tells of them. */
  dependOnOthers?: string[];
};

export type Measuring = {
  /** How many messages so many clients get in all when they connect. */
  greetings: (size: number) => number;
  /** So many connections one address may have, where there is a limit. */
  mostConnections?: number;
  /** What client number n says first, to be one among the others, and how many messages so many get in all for it. */
  hello?: { text: (n: number) => string; answers: (size: number) => number } | undefined;
  /** For a server that answers the sender alone. */
  echo?: Work;
  /** For a server that sends to all. */
  broadcast?: Work;
  /** For a server that sends to all, and lets nobody say much: each word has another speaker. */
  reach?: Reach;
};

/** How it is soaked: hundreds come, misbehave and go. `fuzz` says how one comes in there and talks. */
export type Soaking = {
  /** What empties what the server keeps for those who come later, where that is much. It is said after each wave. */
  tidy?: Fields;
  /** In ms: so long after a link went silent, at most, the server ends it by itself. */
  endsSilent?: number;
  /**
   * What it lets one client say: so many things at once, and then so many each second. Such a server limits an address, too:
   * so each wave comes from one of its own, and so does who is polite.
   */
  allows?: { atOnce: number; perSecond: number };
};

/** How it is attacked. `fuzz` says how one comes in there and talks. */
export type Attacked = {
  /** The attacks to which it falls on purpose, by their names. To all others it must not fall. */
  open?: Record<string, Hole>;
  /** Once one is in there: a message with a long answer, which a stranger sends to get much for little. */
  greedy?: Fields;
};

/** What falls, all of it, and the number of the lesson that closes the hole. */
export type Hole = { falls: Fact[]; closedBy: string };

/** What an attack may reach. Each is a fact that somebody can look at, and none is about speed. */
export type Fact =
  /** The process is gone, or somebody new is not served. */
  | 'ends'
  /** Somebody polite was cut, or has no answer. */
  | 'cuts'
  /** Somebody polite heard what a stranger had forged. */
  | 'forges'
  /** Somebody polite had to hear far too much of a stranger. */
  | 'noise'
  /** One address may have as many connections as it likes. */
  | 'crowd'
  /** The server holds far too much while strangers are there. */
  | 'holds'
  /** It keeps memory or sockets of those who have gone. */
  | 'keeps'
  /** Somebody whose link is dead is still there. */
  | 'ghost'
  /** Its log has a line that a stranger wrote. */
  | 'log'
  /** Its log grows as a stranger likes. */
  | 'fills'
  /** A stranger got what is not for strangers: a file, or a connection for another site. */
  | 'gives'
  /** It wrote, or ran, what a stranger gave it. */
  | 'runs';

/** What is measured where each word has another speaker. */
export type Reach = {
  /** What client number n says first, and what it says to all: the word is in what they get. */
  hello: (n: number) => string;
  say: (n: number, word: string) => string;
  /** The names that a message tells of: who is here, or has come. */
  names: (text: string) => string[];
  /** The part of the lesson's processor time that `ws` alone needs for each who gets a word, at least. */
  atLeast: number;
  /** How many times the processor time of `ws` alone it needs, at most, until all are in and know of each other. */
  joinsAtMost: number;
};

type Work = {
  /** What is sent over and over. */
  text: string;
  /** The part of the lesson's processor time that `ws` alone should need at least, from 0 to 1. */
  atLeast: number;
  /** What the lesson puts before the text: to join two texts costs `ws` alone something, too. */
  prefix?: string;
};

/** Where somebody connects: there, unless the lesson has a door. */
export async function addressFor(
  door: Traits['door'],
  socketUrl: string,
  name: string,
  as: Knocking = {},
): Promise<string> {
  return door ? door(socketUrl, name, as) : socketUrl;
}

/** A message as it is sent: lessons without JSON take the text itself. */
export function asSent(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** For `greetings` and `answers`: each newcomer gets a message, and so does everybody who came before. */
export function toAllBefore(size: number): number {
  return size + (size * (size - 1)) / 2;
}

/**
 * Gives what each lesson's traits.ts says, in the lessons' order, with the folder's name from the root: 'lessons/03'.
 *
 * @throws if a lesson has no traits.ts
 */
export async function loadTraits(): Promise<(Traits & { folder: string })[]> {
  return Promise.all(lessonNumbers().map((number) => loadTraitsOf(`lessons/${number}`)));
}

/**
 * Gives what one lesson's traits.ts says.
 *
 * @param folder named from the root: 'lessons/03'
 * @throws if it has no traits.ts
 */
export async function loadTraitsOf(folder: string): Promise<Traits & { folder: string }> {
  const file = join(ROOT, folder, 'traits.ts');
  if (!existsSync(file))
    throw new Error(`${folder} has no traits.ts, which says what to fuzz and what to measure.`);
  const { traits }: { traits: Traits } = await import(pathToFileURL(file).href);
  return { ...traits, folder };
}

/** Gives how somebody gets in to a folder's server: undefined where everybody may, as where there is no traits.ts. */
export async function doorOf(folder: string): Promise<Traits['door']> {
  return existsSync(join(ROOT, folder, 'traits.ts')) ? (await loadTraitsOf(folder)).door : undefined;
}
