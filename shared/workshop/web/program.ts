/** The server of a lesson or an exercise: it can be started and stopped, and has a state and a log. */
import { compile } from '#shared/check/compile.ts';
import { describeProblem, ServerProblem } from '#shared/check/problems.ts';
import { whyUnreadable } from '#shared/course/regular-file.ts';
import { createSource, type Source } from './change.ts';
import { type LogLine, messageOf, type ServerNews } from './messages.ts';
import { type Running, startRunning } from './running.ts';

/** Lines that are kept of a log. */
const MOST_LINES = 300;

/** What hears of each change: of the state, of new lines in the log. */
export type Tell = { state: (news: ServerNews) => void; lines: (lines: LogLine[]) => void };

/** Who starts or stops it waits until that is done before the next. Nothing rejects: what goes wrong is a state. */
export type Program = {
  state: () => ServerNews;
  setState: (news: ServerNews) => void;
  log: () => LogLine[];
  /** Adds a line that the server has not printed. */
  note: (text: string) => void;
  /** Does nothing where it runs already. */
  start: () => Promise<void>;
  /** Gives whether there was something to stop. */
  stop: () => Promise<boolean>;
  /** What starts next: a changed copy, or the folder's own server. The copy before it is removed. */
  use: Source['use'];
  /** Its page was saved, and must be loaded again. */
  freshen: () => void;
};

/**
 * Gives the server of a folder. Nothing is started yet.
 *
 * @param folder named from the root: 'lessons/03'
 */
export function createProgram(folder: string, tell: Tell): Program {
  const { file, change, env, named, use } = createSource(folder);
  const { lines, add, note } = createLog(tell.lines);
  let state: ServerNews = { state: 'stopped' };
  let fresh = Date.now();
  let running: Running | undefined;
  /** The port of the first start: the next ones listen there again, so that its address stays. */
  let port = 0;

  const setState = (news: ServerNews) => {
    const { change: _, ...others } = news;
    const name = change();
    state = name === undefined ? others : { ...others, change: name };
    tell.state(state);
  };
  const fail = (sentence: string) => {
    note(sentence);
    setState({ state: 'crashed', sentence });
  };

  async function run(): Promise<void> {
    const why = whyUnreadable(file());
    if (why !== undefined) throw new Error(`${why} To bring it back: git restore ${folder}/server.ts`);
    const compiled = await compile(file());
    running = startRunning(compiled.path, port, env(), {
      lines: (more) => add(more.map((line) => ({ ...line, text: named(line.text) }))),
      listening(at) {
        if (state.state === 'running') return;
        port = at;
        setState({ state: 'running', url: `http://localhost:${port}`, fresh });
      },
      late() {
        note('The server runs, but it does not listen yet.');
        const sentence = 'It runs, but it does not listen. Is there a server, and does it listen?';
        setState({ state: 'starting', sentence });
      },
      ended(problem) {
        running = undefined;
        compiled.remove();
        fail(named(describeProblem(problem, file(), state.state === 'starting')));
      },
    });
    await running.settled;
  }

  async function start(): Promise<void> {
    if (running) return;
    setState({ state: 'starting' });
    try {
      await run();
    } catch (error) {
      const isProblem = error instanceof ServerProblem;
      fail(named(isProblem ? describeProblem(error.problem, file(), true) : messageOf(error)));
    }
    // Somebody else has taken the port in the meantime.
    if (state.state === 'crashed' && port !== 0 && /EADDRINUSE|is in use/.test(state.sentence ?? '')) {
      port = 0;
      await start();
    }
  }

  return {
    state: () => state,
    setState,
    log: () => lines,
    note,
    start,
    async stop() {
      const was = running;
      running = undefined;
      await was?.end();
      return was !== undefined;
    },
    use,
    freshen() {
      fresh = Date.now();
      if (state.state === 'running') setState({ ...state, fresh });
    },
  };
}

/** The last lines of what a server prints, and of what there is to say about it. */
function createLog(tell: Tell['lines']) {
  const lines: LogLine[] = [];
  const add = (more: LogLine[]) => {
    lines.push(...more);
    lines.splice(0, Math.max(0, lines.length - MOST_LINES));
    tell(more.slice(-MOST_LINES));
  };
  return { lines, add, note: (text: string) => add([{ kind: 'note', text, at: Date.now() }]) };
}
