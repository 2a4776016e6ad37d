/** A server that runs for a page: what it prints, where it listens, and why it has ended. */
import type { Problem } from '#shared/check/problems.ts';
import { cutLines, openProcess } from '#shared/check/server-process.ts';
import { within } from '#shared/check/within.ts';
import type { LogLine } from './messages.ts';

export type Running = {
  /** Resolves when it listens or has ended, or takes so long that nobody should wait for it. */
  settled: Promise<void>;
  /** Ends it, and resolves when it is gone. Nothing is heard of it any more. */
  end: () => Promise<void>;
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
/** Milliseconds: a server that does not listen within this is reported, and goes on. */
const LISTEN_PATIENCE = 5000;

/**
 * Starts a server.
 *
 * @param file its compiled file: see compile.ts
 * @param port where it shall listen, whatever it asks for. 0: the system chooses
 * @param moreEnv environment variables
 */
export function startRunning(
  file: string,
  port: number,
  moreEnv: Record<string, string>,
  listener: Listener,
): Running {
  const env = { ...moreEnv, PORT: String(port), HOST: '127.0.0.1', FORCE_COLOR: '0' };
  const server = openProcess({ file, port, env });
  let isHeard = true;
  const logger = (kind: 'out' | 'err') =>
    cutLines((texts) => {
      if (!isHeard) return;
      listener.lines(texts.slice(-MOST_LINES).map((text) => ({ kind, text, at: Date.now() })));
    });
  const loggers = { out: logger('out'), err: logger('err') };
  server.onText((text, stream) => loggers[stream](text));

  const listening = server.next((news) => (news.type === 'listening' ? news.port : undefined));
  listening.then((at) => {
    if (isHeard && at !== undefined) listener.listening(at);
  });
  const ended = server.exited.then((how) => {
    if (isHeard) listener.ended(server.problem() ?? { kind: 'ended', ...how, printed: '' });
    isHeard = false;
  });
  async function settle(): Promise<void> {
    const isSettled = Promise.race([listening.then((at) => (at === undefined ? ended : undefined)), ended]);
    const inTime = await within(
      LISTEN_PATIENCE,
      isSettled.then(() => true),
    );
    if (!inTime && isHeard) listener.late();
  }
  return {
    settled: settle(),
    async end() {
      isHeard = false;
      await server.end();
    },
  };
}
