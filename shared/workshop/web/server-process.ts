/** A server of the course in a process of its own: what it prints, where it listens, and why it has ended. */
import { fork } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Problem } from '#shared/check/host.ts';
import { ROOT } from '#shared/course/root.ts';
import type { LogLine } from './messages.ts';

export type ServerProcess = {
  /** Resolves when it listens or has ended, or takes so long that nobody should wait for it. */
  settled: Promise<void>;
  /** Resolves when the process is gone. */
  gone: Promise<void>;
  /** Ends it. Nothing is heard of it any more. */
  kill: () => void;
};

export type Listener = {
  lines: (lines: LogLine[]) => void;
  listening: (port: number) => void;
  /** It should listen by now. */
  late: () => void;
  /** It has ended by itself. */
  ended: (problem: Problem) => void;
};

/** More lines at once are cut off: nobody could read them. */
const MOST_LINES = 300;
const LONGEST_LINE = 2000;
/** Milliseconds: a server that does not listen within this is reported, and goes on. */
const LISTEN_PATIENCE = 5000;

const LEASH = new URL('./leash.js', import.meta.url).href;

/**
 * Starts a server.
 *
 * @param file its compiled file: see compile.ts
 * @param port where it shall listen, whatever it asks for. 0: the system chooses
 */
export function startProcess(file: string, port: number, listener: Listener): ServerProcess {
  const child = fork(file, {
    cwd: ROOT,
    execArgv: ['--enable-source-maps', '--import', LEASH],
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', FORCE_COLOR: '0' },
    silent: true,
  });
  let isHeard = true;
  let printed = '';
  let crash: Problem | undefined;
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const listenTo = (stream: NodeJS.ReadableStream | null, kind: 'out' | 'err') => {
    const cut = cutLines((texts) => {
      if (!isHeard) return;
      printed = `${printed}\n${texts.join('\n')}`.slice(-4000);
      listener.lines(texts.map((text) => ({ kind, text, at: Date.now() })));
    });
    stream?.on('data', cut.write).on('end', cut.end);
  };
  listenTo(child.stdout, 'out');
  listenTo(child.stderr, 'err');

  const impatience = setTimeout(() => {
    if (isHeard) listener.late();
    settle();
  }, LISTEN_PATIENCE);
  child.on('message', (message) => {
    const news = readNews(message);
    if (!isHeard || !news) return;
    if (news.kind === 'crashed') {
      crash = news;
      return;
    }
    clearTimeout(impatience);
    listener.listening(news.port);
    settle();
  });
  const gone = new Promise<void>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(impatience);
      if (isHeard) listener.ended(crash ?? { kind: 'ended', code, signal, printed });
      isHeard = false;
      settle();
      resolve();
    };
    child.once('error', () => finish(null, null));
    child.once('close', finish);
  });
  return {
    settled,
    gone,
    kill() {
      isHeard = false;
      child.kill('SIGKILL');
    },
  };
}

/** What the leash says. It comes from a process that runs a learner's code: it is looked at like any message. */
function readNews(
  message: unknown,
): ({ kind: 'listening'; port: number } | Extract<Problem, { kind: 'crashed' }>) | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'listening' && 'port' in message && Number.isInteger(message.port)) {
    return { kind: 'listening', port: Number(message.port) };
  }
  if (message.type === 'crashed' && 'name' in message && 'message' in message && 'stack' in message) {
    const { name, message: text, stack } = message;
    return { kind: 'crashed', name: String(name), message: String(text), stack: String(stack) };
  }
  return undefined;
}

/** Cuts what a process prints into lines. A line without an end is cut, too: it must not fill the memory. */
function cutLines(use: (lines: string[]) => void): { write: (chunk: Buffer) => void; end: () => void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    write(chunk) {
      const texts = (rest + decoder.write(chunk)).split(/\r?\n/);
      rest = texts.pop() ?? '';
      if (rest.length > LONGEST_LINE) {
        texts.push(rest);
        rest = '';
      }
      if (texts.length > 0) use(texts.slice(-MOST_LINES).map((text) => text.slice(0, LONGEST_LINE)));
    },
    end() {
      if (rest !== '') use([rest]);
      rest = '';
    },
  };
}
