/** Runs one server of the course for those who look at its page: in a process of its own, with a log that has an end. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { compile } from '#shared/check/compile.ts';
import { HostProblem, type Problem } from '#shared/check/host.ts';
import { describeProblem } from '#shared/check/judge.ts';
import { ROOT } from '#shared/course/root.ts';
import { watchFolder } from '#shared/workshop/watch.ts';
import type { LogLine, ServerNews } from './messages.ts';

export type Runner = {
  /** What to show now: the state, and the lines of the log. */
  state: () => ServerNews;
  log: () => LogLine[];
  /** Does nothing where it runs already. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
  /** Stops it for good: nothing starts it again. */
  end: () => Promise<void>;
  /** Ends the process at once, without waiting: for when the workshop itself ends. */
  kill: () => void;
};

/** What a server and its page are made of. */
const WATCHED = ['server.ts', 'protocol.ts', 'client.ts', 'client.html'];

const MOST_LINES = 300;
const LONGEST_LINE = 2000;
/** Milliseconds: a server that does not listen within this is reported, and goes on. */
const LISTEN_PATIENCE = 5000;

const LEASH = new URL('./leash.js', import.meta.url).href;

/**
 * Gives a runner for the server in a folder. Nothing is started yet. From now on it watches the folder: a server
 * that runs is restarted when one of its files is saved.
 *
 * @param folder named from the root: 'lessons/03'
 * @param tell hears of each change: of the state, of new lines in the log
 */
export function createRunner(
  folder: string,
  tell: { state: (news: ServerNews) => void; lines: (lines: LogLine[]) => void },
): Runner {
  const file = join(ROOT, folder, 'server.ts');
  const lines: LogLine[] = [];
  let state: ServerNews = { state: 'stopped' };
  let child: ChildProcess | undefined;
  let gone: Promise<void> = Promise.resolve();
  /** The port of the first start: the next ones listen there again, so that its address stays. */
  let port = 0;
  /** Each start and stop has a number: what an older one still had to say is not heard. */
  let turn = 0;
  let ended = false;
  let queue: Promise<void> = Promise.resolve();

  const setState = (news: ServerNews) => {
    state = news;
    tell.state(news);
  };
  const note = (text: string) => add([{ kind: 'note', text, at: Date.now() }]);
  const add = (more: LogLine[]) => {
    lines.push(...more);
    lines.splice(0, Math.max(0, lines.length - MOST_LINES));
    tell.lines(more.slice(-MOST_LINES));
  };
  /** One after the other: two saves must not start two servers. */
  const inTurn = (work: () => Promise<void>) => {
    queue = queue.then(work, work);
    return queue;
  };

  const saved = (name: string) => {
    if (ended) return;
    if (/^client\.(ts|html)$/.test(name)) {
      note(`${name} was saved. The page is loaded again.`);
      if (state.state === 'running') setState({ ...state, fresh: Date.now() });
    } else if (state.state === 'stopped') {
      note(`${name} was saved. The server is stopped: press Start to try it.`);
    } else {
      note(`${name} was saved. The server starts again.`);
      inTurn(restartNow).catch(() => {});
    }
  };
  const unwatch = watchFolder(join(ROOT, folder), saved, { isWatched: (name) => WATCHED.includes(name) });

  async function startNow(): Promise<void> {
    if (child || ended) return;
    turn += 1;
    const own = turn;
    setState({ state: 'starting' });
    let compiled: Awaited<ReturnType<typeof compile>>;
    try {
      compiled = await compile(file);
    } catch (error) {
      if (!(error instanceof HostProblem)) throw error;
      fail(error.problem, true);
      return;
    }
    await run(compiled, own, port);
    // Somebody else has taken the port in the meantime.
    if (state.state === 'crashed' && port !== 0 && /EADDRINUSE|is in use/.test(state.sentence ?? '')) {
      port = 0;
      await startNow();
    }
  }

  async function run(
    compiled: Awaited<ReturnType<typeof compile>>,
    own: number,
    wanted: number,
  ): Promise<void> {
    const forked = fork(compiled.path, {
      cwd: ROOT,
      execArgv: ['--enable-source-maps', '--import', LEASH],
      env: { ...process.env, PORT: String(wanted), HOST: '127.0.0.1', FORCE_COLOR: '0' },
      silent: true,
    });
    child = forked;
    let problem: Problem | undefined;
    let printed = '';
    const listenTo = (stream: NodeJS.ReadableStream | null, kind: 'out' | 'err') => {
      const cut = cutLines((texts) => {
        if (own !== turn) return;
        printed = `${printed}\n${texts.join('\n')}`.slice(-4000);
        add(texts.map((text) => ({ kind, text, at: Date.now() })));
      });
      stream?.on('data', cut.write).on('end', cut.end);
    };
    listenTo(forked.stdout, 'out');
    listenTo(forked.stderr, 'err');

    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const impatience = setTimeout(() => {
      if (own === turn && state.state === 'starting') {
        note('The server runs, but it does not listen yet.');
        setState({
          state: 'starting',
          sentence: 'It runs, but it does not listen. Is there a server, and does it listen?',
        });
      }
      settle();
    }, LISTEN_PATIENCE);
    forked.on('message', (message) => {
      const news = readNews(message);
      if (own !== turn || !news) return;
      if (news.kind === 'crashed') {
        problem = news;
      } else if (state.state !== 'running') {
        port = news.port;
        setState({ state: 'running', url: `http://localhost:${port}`, fresh: Date.now() });
        settle();
      }
    });
    gone = new Promise((resolve) => {
      const finish = async (code: number | null, signal: NodeJS.Signals | null) => {
        clearTimeout(impatience);
        if (child === forked) child = undefined;
        await compiled.remove();
        if (own === turn)
          fail(problem ?? { kind: 'ended', code, signal, printed }, state.state === 'starting');
        settle();
        resolve();
      };
      forked.once('error', () => finish(null, null));
      forked.once('close', finish);
    });
    await settled;
  }

  function fail(problem: Problem, starting: boolean): void {
    const sentence = describeProblem(problem, file, starting);
    note(sentence);
    setState({ state: 'crashed', sentence });
  }

  async function stopNow(): Promise<void> {
    turn += 1;
    child?.kill('SIGKILL');
    await gone;
    child = undefined;
  }

  async function restartNow(): Promise<void> {
    await stopNow();
    await startNow();
  }

  return {
    state: () => state,
    log: () => lines,
    start: () => inTurn(startNow),
    stop: () =>
      inTurn(async () => {
        const was = child;
        await stopNow();
        if (was) note('You stopped the server.');
        setState({ state: 'stopped' });
      }),
    restart: () =>
      inTurn(async () => {
        note('You started the server again.');
        await restartNow();
      }),
    async end() {
      ended = true;
      unwatch();
      await inTurn(stopNow);
      state = { state: 'stopped' };
    },
    kill: () => child?.kill('SIGKILL'),
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
