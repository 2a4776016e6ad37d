/** A test client's connection: it records all that is said, and waits for what must come. */
import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Entry } from '#shared/lesson/conversation.ts';
import { readJson } from './fits.ts';
import type { Host } from './host.ts';
import { Flood, ServerProblem } from './problems.ts';
import { untilSilent } from './silence.ts';

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

/** What all clients of one test share. */
export type Scene = {
  host: Host;
  patience: Patience;
  /** What is said, in its order. */
  entries: Entry[];
  links: Set<Link>;
  /** How often a client has heard something, was let in, or was left. */
  progress: number;
  /** Whether somebody takes part whom nobody here can ask, as a page: then only the patience tells that nothing comes. */
  hasOthers: boolean;
};

export function createScene(host: Host, patience: Patience, entries: Entry[], hasOthers = false): Scene {
  return { host, patience, entries, links: new Set(), progress: 0, hasOthers };
}

export type Heard = {
  text: string;
  /** What the text is as JSON. */
  value: unknown;
  /** The text, or the bytes of a binary message read as one. */
  decoded: string;
};

export type Link = {
  socket: WebSocket;
  /** The TCP connection below, once it is open. */
  tcp: () => Socket | undefined;
  /** All that came so far. */
  heard: Heard[];
  isOpened: () => boolean;
  isClosed: () => boolean;
  /** What a server said that refused the handshake, as a sentence. */
  refusal: () => string;
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
  /** Whether the last thing that did not come could not come any more: the patience was not over. */
  wasQuiet: () => boolean;
};

/** The most messages, and bytes, that one client takes within one test. */
const FLOOD_MESSAGES = 20_000;
const FLOOD_BYTES = 16 * 1024 * 1024;
const FLOOD_MIB = '16 MiB';

/**
 * Begins to connect.
 *
 * @param onHeard is called with each message that comes
 */
export function openLink(name: string, port: number, scene: Scene, onHeard: (heard: Heard) => void): Link {
  const { entries, host } = scene;
  const pings = createPings();
  let wasQuiet = false;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { maxPayload: FLOOD_BYTES });
  const heard: Heard[] = [];
  let bytes = 0;
  let flooded: string | undefined;
  let isOpened = false;
  let isClosed = false;
  let refusal = '';
  let tcp: Socket | undefined;
  const waiting = new Set<() => void>();
  const wake = () => {
    scene.progress += 1;
    for (const look of waiting) look();
    waiting.clear();
  };

  function take(data: RawData, isBinary: boolean): void {
    const text = isBinary ? showBytes(data) : data.toString();
    bytes += text.length;
    if (heard.length >= FLOOD_MESSAGES || bytes > FLOOD_BYTES) {
      flooded = bytes > FLOOD_BYTES ? FLOOD_MIB : `${FLOOD_MESSAGES} messages`;
      socket.terminate();
      return;
    }
    const one = { text, value: readJson(text), decoded: isBinary ? data.toString() : text };
    heard.push(one);
    entries.push({ kind: 'received', who: name, text, at: Date.now() });
    onHeard(one);
  }

  socket.on('open', () => {
    isOpened = true;
    wake();
  });
  socket.on('upgrade', (response) => {
    tcp = response.socket;
  });
  socket.on('message', (data, isBinary) => {
    take(data, isBinary);
    wake();
  });
  socket.on('close', (code, reason) => {
    isClosed = true;
    pings.giveUp();
    entries.push({ kind: 'closed', who: name, code, reason: reason.toString(), at: Date.now() });
    wake();
  });
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') flooded = FLOOD_MIB;
    const [, status] = /^Unexpected server response: (\d+)$/.exec(error.message) ?? [];
    if (status !== undefined) refusal = ` It answered with the HTTP status ${status}.`;
  });
  socket.on('pong', pings.answer);
  host.failed.then(wake);
  const isReading = () => socket.readyState === WebSocket.OPEN && !socket.isPaused;

  const link: Link = {
    socket,
    tcp: () => tcp,
    heard,
    isOpened: () => isOpened,
    isClosed: () => isClosed,
    refusal: () => refusal,
    note: (entry) => entries.push(entry),
    wake,
    ping: async () => {
      if (isReading()) await pings.send(socket);
    },
    isReading,
    wasQuiet: () => wasQuiet,
    async watch(look) {
      let isOver = false;
      untilSilent(scene, link, () => isOver)
        .then((how) => {
          wasQuiet = how === 'quiet';
        })
        // The server hangs: it has a problem now.
        .catch(() => {})
        .finally(() => {
          isOver = true;
          wake();
        });
      try {
        for (;;) {
          if (flooded) throw new Flood(name, flooded);
          const found = look();
          if (found !== undefined) return found;
          const problem = host.problem();
          if (problem) throw new ServerProblem(problem);
          if (isOver) return undefined;
          await new Promise<void>((resolve) => waiting.add(resolve));
        }
      } finally {
        isOver = true;
      }
    },
  };
  scene.links.add(link);
  return link;
}

/** The pings of one connection: each has a number, and its pong brings that back. */
function createPings() {
  const waiting = new Map<string, () => void>();
  let count = 0;
  return {
    send(socket: WebSocket): Promise<void> {
      count += 1;
      const id = `check ${count}`;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        socket.ping(id);
      });
    },
    answer(data: Buffer): void {
      waiting.get(data.toString())?.();
      waiting.delete(data.toString());
    },
    giveUp(): void {
      for (const resolve of waiting.values()) resolve();
      waiting.clear();
    },
  };
}

/** Bytes as a conversation shows them. */
export function showBytes(data: RawData): string {
  return `<binary ${data.toString('hex').slice(0, 60)}>`;
}
