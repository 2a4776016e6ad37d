/** What the clients of one test share, and what each of them is to the others. */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Cable } from '#shared/lesson/cable.ts';
import type { Entry, Received } from '#shared/lesson/conversation.ts';
import type { Host } from './host.ts';
import type { ClockState } from './news.ts';

/** How long to wait, in ms: 1 s for the first message that is missing, less for later ones. */
export type Patience = { now: number; shorten: () => void };

/** Gives the patience of one check. */
export function createPatience(first = 1000, later = 250): Patience {
  return {
    now: first,
    shorten() {
      this.now = later;
    },
  };
}

/** When something happened, on the check's clock, in ms: not before `since`, and not after `at`. Mostly they are the same. */
export type Moment = { since: number; at: number };

/** The clock of a server that has one of the check's: time stands still until it passes here. All times are in ms. */
export type Clock = {
  now: () => number;
  /** What comes now comes at this moment. */
  moment: () => Moment;
  /** Lets so many ms pass, step by step: after each step comes all that comes of it, at both ends. */
  pass: (ms: number) => Promise<void>;
  /** Does something here when so many ms have passed. */
  after: (ms: number, work: () => void) => void;
  /** How it stands in the server's process, as far as that has told. */
  state: ClockState | undefined;
  /** Whether the server never comes to rest, though no time passes: whoever waits for that waits long. */
  isRestless: boolean;
  /** Whether it does not even read what was sent. */
  isClogged: boolean;
};

/** What all clients of one test share. */
export type Scene = {
  host: Host;
  patience: Patience;
  /** What is said, in its order. */
  entries: Entry[];
  /** What people do, up to the first thing that comes of it. `from`: where it begins in `entries`. */
  round: { from: number; isOver: boolean };
  links: Set<Link>;
  /** How much the clients have said: what bounds how much a server may answer. */
  said: { messages: number; characters: number };
  /** How often a client has heard something, was let in, or was left. */
  progress: number;
  /** Whether somebody takes part whom nobody here can ask, as a page: then only the patience tells that nothing comes. */
  hasOthers: boolean;
  /** Whether the server is at work even when nobody asks it to: whoever waits for silence waits long. */
  isRestless?: boolean;
  /** Is called whenever `progress` grows. */
  onProgress?: () => void;
  /** Where not everybody may connect: what somebody does first, and with what they connect then. */
  enter?: (who: string) => Promise<{ path?: string; headers?: Record<string, string> }>;
  /** Where the server has a clock of the check's. Else time passes by itself. */
  clock?: Clock;
};

/** The time in the server's process, in ms. */
export function nowIn({ clock }: Scene): number {
  return clock?.now() ?? Date.now();
}

export function createScene(host: Host, patience: Patience, entries: Entry[], hasOthers = false): Scene {
  const round = { from: 0, isOver: false };
  const said = { messages: 0, characters: 0 };
  return { host, patience, entries, round, links: new Set(), said, progress: 0, hasOthers };
}

/** Notes that somebody is about to do something: what came before it did not come of it. */
export function beginToAct({ round, entries }: Scene): void {
  if (round.isOver) Object.assign(round, { from: entries.length, isOver: false });
}

/** Notes that something came that somebody waited for. */
export function noteSuccess({ round }: Scene): void {
  round.isOver = true;
}

/** What a server's messages are. */
export type Speaks = 'JSON' | 'text';

export type Heard = {
  text: string;
  /** What the text is as JSON; of a server that speaks text: { text } or { bytes }. */
  value: unknown;
  /** The text, or the bytes of a binary message read as one. */
  decoded: string;
  /** The same in the conversation. */
  entry: Received;
};

export type Link = {
  socket: WebSocket;
  /** All that came so far. */
  heard: Heard[];
  state: {
    isOpened: boolean;
    isClosed: boolean;
    /** The code with which it was closed. */
    code?: number;
    /** What a server said that refused the handshake, as a sentence. */
    refusal: string;
    /** What was too much of what came. */
    flooded?: string;
    /** The TCP connection below, once it is open. */
    tcp?: Socket;
    /** Its port, and that under which the server sees it, as far as they were known: behind a cable they differ. */
    port?: number;
    seenAs?: number;
    /** Whether it has said goodbye, and never hangs up: it does not hear that the server has. */
    lingers?: boolean;
    /** Whether it reads nothing: what the server writes stays in the server's process. */
    isHeld?: boolean;
    /** Whether the last thing that did not come could not come any more: the patience was not over. */
    wasQuiet: boolean;
  };
  /** What it goes through. */
  cable?: Cable;
  /** With a clock of the check's: when each ping came. */
  pings: Moment[];
  note: (entry: Entry) => void;
  /** Looks again at what is waited for. */
  wake: () => void;
  /** Resolves when the server has answered a ping, and so has read all before it; at once where it cannot. */
  ping: () => Promise<void>;
  /** Whether a ping can be answered. */
  isReading: () => boolean;
  /**
   * Waits until `look` gives something. Undefined when nothing can come any more, or the patience is over.
   * @throws Flood; ServerProblem where the server is no more
   */
  watch: <T>(look: () => T | undefined) => Promise<T | undefined>;
};
