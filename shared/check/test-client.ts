/** A client that talks to the learner's server, and says in a sentence what is wrong. */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { seconds } from '#shared/lesson/conversation.ts';
import { fits, isMessage, type Message, nearMiss, type Pattern, printPattern, short } from './fits.ts';
import { openLink, showBytes } from './link.ts';
import { notConnected, ServerProblem, WrongAnswer } from './problems.ts';
import type { Link, Scene } from './scene.ts';

export type Client = {
  name: string;
  /** Sends a text, bytes, or anything else as JSON. */
  send: (message: unknown) => void;
  /** Sends many messages at once: each is a frame of its own, but the network gets them in few pieces. */
  sendAll: (messages: unknown[]) => void;
  /** Waits for a message that fits and that no earlier call took. A sentence of your own says what it means if none comes. */
  receives: (pattern: Pattern, sentence?: string) => Promise<Message>;
  /** From the connection's start to the end of the whole check, no message may fit. */
  never: (pattern: Pattern, sentence: string) => void;
  /** From the connection's start to the end of the whole check, these words are in nothing that comes, JSON or not. */
  neverHears: (words: string, sentence: string) => void;
  /** To the end of the whole check, exactly so many messages fit. */
  exactly: (count: number, pattern: Pattern, sentence: string) => void;
  /** Closes the connection with the closing handshake (1000), and waits until it is closed. 1005 stands for no code. */
  leaves: (code?: number) => Promise<void>;
  /** Cuts the TCP connection without a closing handshake. */
  vanishes: () => Promise<void>;
  /** Says goodbye and never hangs up, so that the server's socket is CLOSING from now on, and stays so. */
  lingers: () => Promise<void>;
  /** Stops reading: what the server sends stays in its buffers. */
  stopsReading: () => void;
  /** All JSON objects that came so far, in their order. */
  received: () => Message[];
  /** The connection below. */
  link: Link;
  /** The sentences of the rules (`never`, `exactly`) that are broken now. */
  brokenRules: () => string[];
  /** Ends the connection at once. */
  end: () => void;
};

/**
 * Connects a client.
 *
 * @param port where to: that of the server, or of a cable to it
 * @param tcp a connection that is there already
 * @throws WrongAnswer if the server refuses; ServerProblem if it is no more
 */
export async function connectClient(name: string, port: number, scene: Scene, tcp?: Socket): Promise<Client> {
  const link = openLink(name, port, scene, tcp);
  await untilOpen(name, link, scene);
  const taken = new Set<number>();

  return {
    name,
    ...sending(name, link),
    ...ruling(link),
    ...leaving(name, link),
    async receives(pattern, sentence) {
      const from = scene.entries.length;
      const found = await nextThatFits(link, taken, pattern);
      if (found) return found;
      await hasProblem(scene);
      const expected = printPattern(pattern);
      if (link.state.isClosed)
        throw new WrongAnswer(`The server closed ${name}'s connection instead of sending ${expected}.`);
      const within = link.state.wasQuiet ? undefined : scene.patience.now;
      link.note({ kind: 'missing', who: name, expected, within, at: Date.now() });
      if (within !== undefined) scene.patience.shorten();
      const untaken = link.heard.filter((_, at) => !taken.has(at));
      const came = scene.entries.slice(from).some((entry) => entry.kind === 'received' && entry.who === name);
      const when =
        within === undefined ? ', and the server has nothing left to do' : ` within ${seconds(within)}`;
      const nothing = `${name} waits for ${short(expected)}, but nothing ${came ? 'that fits' : 'more'} came${when}.`;
      throw new WrongAnswer(
        [sentence, nearMiss(name, untaken, pattern) ?? nothing].filter(Boolean).join(' '),
      );
    },
    received: () => link.heard.map(({ value }) => value).filter(isMessage),
    link,
    end: () => link.socket.terminate(),
  };
}

async function untilOpen(name: string, link: Link, scene: Scene): Promise<void> {
  const isOpen = await link.watch(() => link.state.isOpened || (link.state.isClosed ? false : undefined));
  if (isOpen) return;
  scene.patience.shorten();
  await hasProblem(scene);
  throw new WrongAnswer(notConnected(name, link.state.refusal));
}

/** A server that ends closes its connections a moment before its process is gone. @throws ServerProblem then */
async function hasProblem({ host }: Scene): Promise<void> {
  await host.turn().catch(() => {});
  const problem = host.problem();
  if (problem) throw new ServerProblem(problem);
}

/** Waits for a message that fits and was not taken, and takes it. Undefined where none comes. */
async function nextThatFits(
  { heard, state, watch }: Link,
  taken: Set<number>,
  pattern: Pattern,
): Promise<Message | undefined> {
  let next = 0;
  const found = await watch(() => {
    for (; next < heard.length; next += 1) {
      if (!taken.has(next) && fits(heard[next]?.value, pattern)) return next;
    }
    return state.isClosed ? -1 : undefined;
  });
  if (found === undefined || found < 0) return undefined;
  taken.add(found);
  const message = heard[found]?.value;
  return isMessage(message) ? message : undefined;
}

function sending(name: string, link: Link): Pick<Client, 'send' | 'sendAll' | 'stopsReading'> {
  const { socket, note, state } = link;
  function send(message: unknown): void {
    const data = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    const text = typeof data === 'string' ? data : showBytes(data);
    note({ kind: 'sent', who: name, text, at: Date.now() });
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  }
  return {
    send,
    sendAll(messages) {
      state.tcp?.cork();
      for (const message of messages) send(message);
      state.tcp?.uncork();
    },
    stopsReading: () => socket.pause(),
  };
}

/** What must hold from the connection's start to the end of the whole check. */
function ruling({ heard }: Link): Pick<Client, 'never' | 'neverHears' | 'exactly' | 'brokenRules'> {
  const rules: { isKept: () => boolean; sentence: string }[] = [];
  const brokenRules = () => rules.filter(({ isKept }) => !isKept()).map(({ sentence }) => sentence);
  const count = (pattern: Pattern) => heard.filter(({ value }) => fits(value, pattern)).length;

  function addRule(isKept: () => boolean, sentence: string): void {
    rules.push({ isKept, sentence });
    const [broken] = brokenRules();
    if (broken !== undefined) throw new WrongAnswer(broken);
  }
  return {
    never: (pattern, sentence) => addRule(() => count(pattern) === 0, sentence),
    neverHears: (words, sentence) =>
      addRule(() => !heard.some(({ decoded }) => decoded.includes(words)), sentence),
    exactly: (times, pattern, sentence) => addRule(() => count(pattern) === times, sentence),
    brokenRules,
  };
}

function leaving(name: string, link: Link): Pick<Client, 'leaves' | 'vanishes' | 'lingers'> {
  const { socket, watch, state } = link;
  return {
    async leaves(code = 1000) {
      if (code === 1005) socket.close();
      else socket.close(code);
      await watch(() => state.isClosed || undefined);
      if (!state.isClosed)
        throw new WrongAnswer(`The server did not close ${name}'s connection when ${name} left.`);
    },
    async vanishes() {
      socket.terminate();
      await watch(() => state.isClosed || undefined);
    },
    async lingers() {
      const { tcp } = state;
      let hungUp = false;
      tcp?.once('end', () => {
        hungUp = true;
        link.wake();
      });
      if (tcp) Object.assign(tcp, { allowHalfOpen: true, end: () => tcp });
      link.note({ kind: 'sent', who: name, text: '<goodbye, but the line stays up>', at: Date.now() });
      socket.close(1000);
      await watch(() => hungUp || state.isClosed || undefined);
    },
  };
}
