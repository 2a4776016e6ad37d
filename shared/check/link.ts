/** A test client's connection: it records all that is said, and waits for what must come. */
import { connect, type Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Cable } from '#shared/lesson/cable.ts';
import type { Received } from '#shared/lesson/conversation.ts';
import type { Approach } from './asking.ts';
import { readJson } from './fits.ts';
import { Flood, ServerProblem } from './problems.ts';
import type { Link, Scene, Speaks } from './scene.ts';
import { untilSilent } from './silence.ts';

/**
 * The most messages, and MiB, that one client takes within one test where nobody says anything. What is said allows
 * for more: so many times as much, for each who is there.
 */
const FLOOD_MESSAGES = 20_000;
const FLOOD_MIB = 16;
const ANSWERS = 10;
const MIB = 1024 * 1024;

/** How somebody connects: over a TCP connection that is there already, through a cable, where to; what the server speaks. */
export type How = Approach & { tcp?: Socket; speaks?: Speaks; cable?: Cable };

/** Begins to connect, over a TCP connection that is there already, or a new one. */
export function openLink(name: string, port: number, scene: Scene, how: How = {}): Link {
  const { speaks = 'JSON', cable, path = '/', headers = {} } = how;
  const tcp = how.tcp ?? (scene.clock && connect(port, '127.0.0.1'));
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers,
    maxPayload: FLOOD_MIB * MIB,
    autoPong: !scene.clock,
    ...(tcp ? { createConnection: () => tcp } : {}),
  });
  const pings = createPings();
  const waiting = new Set<() => void>();
  const isReading = () => socket.readyState === WebSocket.OPEN && !socket.isPaused;
  const link: Link = {
    socket,
    heard: [],
    state: { isOpened: false, isClosed: false, refusal: '', wasQuiet: false, ...(tcp && { tcp }) },
    ...(cable && { cable }),
    note(entry) {
      scene.entries.push(entry);
      if (entry.kind !== 'sent') return;
      scene.said.messages += 1;
      scene.said.characters += entry.text.length;
    },
    wake() {
      scene.progress += 1;
      for (const look of waiting) look();
      waiting.clear();
      scene.onProgress?.();
    },
    ping: async () => {
      if (isReading()) await pings.send(socket);
    },
    isReading,
    watch: (look) => watch(name, scene, link, look, (wake) => waiting.add(wake)),
  };
  socket.on('pong', pings.answer);
  socket.on('close', pings.giveUp);
  record(name, link, scene, speaks === 'JSON' ? readJson : undefined);
  scene.links.add(link);
  return link;
}

/**
 * Notes all that happens to a connection.
 *
 * @param read what a text is, where it is no text and nothing else
 */
function record(name: string, link: Link, { said, links }: Scene, read?: (text: string) => unknown): void {
  const { socket, heard, state, note, wake } = link;
  let bytes = 0;
  socket.on('open', () => {
    state.isOpened = true;
    note({ kind: 'connected', who: name, at: Date.now() });
    wake();
  });
  socket.on('upgrade', (response) => {
    state.tcp = response.socket;
  });
  socket.on('message', (data, isBinary) => {
    const text = isBinary ? showBytes(data) : data.toString();
    bytes += text.length;
    const answers = ANSWERS * links.size;
    const mostMessages = FLOOD_MESSAGES + answers * said.messages;
    const mostMib = FLOOD_MIB + Math.ceil((answers * said.characters) / MIB);
    if (heard.length >= mostMessages || bytes > mostMib * MIB) {
      state.flooded = bytes > mostMib * MIB ? `${mostMib} MiB` : `${mostMessages} messages`;
      socket.terminate();
    } else {
      const entry: Received = { kind: 'received', who: name, text, at: Date.now() };
      const plain = isBinary ? { bytes: data.toString('hex') } : { text };
      const value = read ? read(text) : plain;
      heard.push({ text, value, decoded: isBinary ? data.toString() : text, entry });
      note(entry);
    }
    wake();
  });
  socket.on('close', (code, reason) => {
    state.isClosed = true;
    state.code = code;
    note({ kind: 'closed', who: name, code, reason: reason.toString(), at: Date.now() });
    wake();
  });
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      state.flooded = `${FLOOD_MIB} MiB`;
    const [, status] = /^Unexpected server response: (\d+)$/.exec(error.message) ?? [];
    if (status !== undefined) state.refusal = ` It answered with the HTTP status ${status}.`;
  });
}

/** @param sleep takes what is to be called when there is something new to look at */
async function watch<T>(
  name: string,
  scene: Scene,
  link: Link,
  look: () => T | undefined,
  sleep: (wake: () => void) => void,
): Promise<T | undefined> {
  let isOver = false;
  untilSilent(scene, [link], () => isOver)
    .then((how) => {
      link.state.wasQuiet = how === 'quiet';
    })
    // The server hangs: it has a problem now.
    .catch(() => {})
    .finally(() => {
      isOver = true;
      link.wake();
    });
  try {
    for (;;) {
      if (link.state.flooded) throw new Flood(name, link.state.flooded);
      const found = look();
      if (found !== undefined) return found;
      const problem = scene.host.problem();
      if (problem) throw new ServerProblem(problem);
      if (isOver) return undefined;
      await new Promise<void>(sleep);
    }
  } finally {
    isOver = true;
  }
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
