/** A client that talks to the learner's server, and says in a sentence what is wrong. */
import { WebSocket } from 'ws';
import { type Entry, inWords, seconds } from '#shared/lesson/conversation.ts';
import { fits, isMessage, type Message, type Pattern, printPattern } from './fits.ts';
import { type How, openLink, showBytes } from './link.ts';
import { cameAllTheSame, cameNotAsJson, cameWithWords, whatIsMissing, wrongCount } from './missing.ts';
import { notConnected, ServerProblem, WrongAnswer } from './problems.ts';
import { beginToAct, type Link, type Moment, noteSuccess, type Scene } from './scene.ts';
import { untilStill } from './stillness.ts';

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
  /**
   * Where the server has a clock of the check's: from now on this one reads nothing. All that is sent to it stays in the
   * server's process, from the first byte on: no kernel hides a part of it.
   */
  fallsAsleep: () => Promise<void>;
  /** It reads again, and all that waits comes. */
  wakesUp: () => Promise<void>;
  /** Where the server has a clock of the check's: when each ping came (RFC 6455, section 5.5.2), on that clock. */
  pings: () => Moment[];
  /** From now on, pings are answered after so many ms on that clock: 0 at first. Infinity stands for never. */
  answersAfter: (ms: number) => void;
  /** Whether its connection is closed. */
  isClosed: () => boolean;
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
 * @param how tcp: a connection that is there already. speaks: what the server's messages are
 * @throws WrongAnswer if the server refuses; ServerProblem if it is no more
 */
export async function connectClient(
  name: string,
  port: number,
  scene: Scene,
  how: How = {},
): Promise<Client> {
  beginToAct(scene);
  const link = openLink(name, port, scene, how);
  const pinged = answering(name, link, scene);
  await untilOpen(name, link, scene);
  const taken = new Set<number>();

  return {
    name,
    ...sending(name, link, scene),
    ...ruling(name, link),
    ...leaving(name, link, scene),
    ...sleeping(name, link, scene),
    ...pinged,
    isClosed: () => link.state.isClosed,
    async receives(pattern, sentence) {
      const found = await nextThatFits(link, taken, pattern);
      if (found) {
        noteSuccess(scene);
        return found;
      }
      await hasProblem(scene);
      const expected = printPattern(pattern);
      if (link.state.isClosed) {
        const closed = `The server closed ${name}'s connection instead of sending ${expected}.`;
        throw new WrongAnswer(closed, expected);
      }
      const within = link.state.wasQuiet ? undefined : scene.patience.now;
      if (within !== undefined) scene.patience.shorten();
      const when =
        within === undefined ? ', and the server has nothing left to do' : ` within ${seconds(within)}`;
      const round = new Set<Entry>(scene.entries.slice(scene.round.from));
      const came = link.heard.filter(({ entry }, at) => !taken.has(at) && round.has(entry));
      const missing = whatIsMissing(name, came, pattern, when);
      const differs = missing.field && JSON.stringify(missing.field);
      link.note({ kind: 'missing', who: name, expected, within, differs, at: Date.now() });
      throw new WrongAnswer([sentence, missing.sentence].filter(Boolean).join(' '), expected);
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

function sending(name: string, link: Link, scene: Scene): Pick<Client, 'send' | 'sendAll' | 'stopsReading'> {
  const { socket, note, state } = link;
  function send(message: unknown): void {
    const data = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    const text = typeof data === 'string' ? data : showBytes(data);
    beginToAct(scene);
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
function ruling(
  name: string,
  { heard }: Link,
): Pick<Client, 'never' | 'neverHears' | 'exactly' | 'brokenRules'> {
  const rules: { whatCame: () => string | undefined; sentence: string }[] = [];
  /** In this course a server says everything in JSON objects. */
  const json = {
    whatCame: () => cameNotAsJson(heard),
    sentence: `${name} got something that is not a JSON object.`,
  };
  const brokenRules = () =>
    [...rules, json].flatMap(({ whatCame, sentence }) => {
      const came = whatCame();
      return came === undefined ? [] : [`${sentence} ${came}`];
    });

  /** @param whatCame says how the rule is broken, where it is */
  function addRule(whatCame: () => string | undefined, sentence: string): void {
    rules.push({ whatCame, sentence });
    const [broken] = brokenRules();
    if (broken !== undefined) throw new WrongAnswer(broken);
  }
  return {
    never: (pattern, sentence) => addRule(() => cameAllTheSame(heard, pattern), sentence),
    neverHears: (words, sentence) => addRule(() => cameWithWords(heard, words), sentence),
    exactly: (times, pattern, sentence) => addRule(() => wrongCount(name, heard, times, pattern), sentence),
    brokenRules,
  };
}

/** With a clock of the check's: notes when pings come, and answers them. Else ws does that. */
function answering(name: string, link: Link, { clock }: Scene): Pick<Client, 'pings' | 'answersAfter'> {
  const { socket, pings, note } = link;
  let wait = 0;
  socket.on('ping', (data) => {
    if (!clock) return;
    pings.push(clock.moment());
    note({ kind: 'happened', who: name, text: 'gets a ping', at: Date.now() });
    const answer = () => {
      if (socket.readyState === WebSocket.OPEN) socket.pong(data);
    };
    if (wait === 0) answer();
    else if (wait < Number.POSITIVE_INFINITY) clock.after(wait, answer);
  });
  return {
    pings: () => [...pings],
    answersAfter(ms) {
      wait = ms;
      const how = { 0: 'answers pings at once', [Number.POSITIVE_INFINITY]: 'falls silent' }[ms];
      note({
        kind: 'happened',
        who: name,
        text: how ?? `answers pings after ${inWords(ms)}`,
        at: Date.now(),
      });
    },
  };
}

function sleeping(
  name: string,
  { state, note }: Link,
  scene: Scene,
): Pick<Client, 'fallsAsleep' | 'wakesUp'> {
  async function hold(isHeld: boolean, text: string): Promise<void> {
    beginToAct(scene);
    note({ kind: 'happened', who: name, text, at: Date.now() });
    // What is on its way has come, before.
    if (isHeld) await untilStill(scene);
    state.isHeld = isHeld;
    if (state.tcp?.localPort !== undefined) await scene.host.hold(state.tcp.localPort, isHeld);
    await untilStill(scene);
  }
  return {
    fallsAsleep: () => hold(true, 'reads nothing any more'),
    wakesUp: () => hold(false, 'reads again'),
  };
}

function leaving(name: string, link: Link, scene: Scene): Pick<Client, 'leaves' | 'vanishes' | 'lingers'> {
  const { socket, watch, state } = link;
  return {
    async leaves(code = 1000) {
      beginToAct(scene);
      if (code === 1005) socket.close();
      else socket.close(code);
      await watch(() => state.isClosed || undefined);
      if (!state.isClosed)
        throw new WrongAnswer(`The server did not close ${name}'s connection when ${name} left.`);
    },
    async vanishes() {
      beginToAct(scene);
      socket.terminate();
      await watch(() => state.isClosed || undefined);
    },
    async lingers() {
      beginToAct(scene);
      const { tcp } = state;
      let hungUp = false;
      tcp?.once('end', () => {
        hungUp = true;
        link.wake();
      });
      state.lingers = true;
      if (tcp) Object.assign(tcp, { allowHalfOpen: true, end: () => tcp });
      link.note({ kind: 'sent', who: name, text: '<goodbye, but the line stays up>', at: Date.now() });
      socket.close(1000);
      await watch(() => hungUp || state.isClosed || undefined);
    },
  };
}
