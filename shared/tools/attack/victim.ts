/** A server that is attacked, in a process of its own: how much it holds, and what it has printed. */
import { resolve } from 'node:path';
import { compile } from '#shared/check/compile.ts';
import type { News } from '#shared/check/news.ts';
import { cutLines, type Launch, openProcess } from '#shared/check/server-process.ts';
import { ROOT } from '#shared/course/root.ts';
import { gatherOutput, untilListening } from '#shared/testing/start-server.ts';
import { createLog, type Log } from './log.ts';

export type Usage = {
  /** In bytes, after a garbage collection: on the heap and in buffers. */
  heap: number;
  sockets: number;
};

export type Victim = {
  port: number;
  /** Undefined where its process is gone. */
  usage: () => Promise<Usage | undefined>;
  /** In bytes: the most memory of the whole process since this was asked last. */
  peak: () => number;
  log: Log;
  /** Whether its process is gone, and the last that it said. */
  end: () => string | undefined;
  stop: () => Promise<void>;
};

/** Starts a server as the workshop starts it. @param file from the root, or absolute */
export async function startServer(file: string): Promise<Victim> {
  const compiled = await compile(resolve(ROOT, file));
  const victim = await start({ file: compiled.path, execArgv: ['--expose-gc'], env: { PORT: '0' } });
  return {
    ...victim,
    async stop() {
      await victim.stop();
      await compiled.remove();
    },
  };
}

/** Starts the workshop as `npm start` does. @param cwd a copy of the course */
export function startWorkshop(cwd: string): Promise<Victim> {
  const env = { PORT: '0', VITEST: '', LAUNCH_EDITOR: 'no-such-editor' };
  const execArgv = ['--import', 'tsx', '--expose-gc'];
  return start({ file: 'shared/workshop/web/start.ts', cwd, execArgv, env });
}

async function start(launch: Launch): Promise<Victim> {
  const server = openProcess(launch);
  const output = gatherOutput(server);
  const url = await untilListening(server, launch.file ?? '', output);
  const log = createLog();
  server.onText(cutLines(log.add));
  let peak = 0;
  server.onClock((_, memory) => {
    peak = Math.max(peak, memory);
  });
  let end: string | undefined;
  void server.exited.then(({ code, signal }) => {
    end = `ended with ${signal ?? code}: ${output().trim().slice(-300)}`;
  });
  return {
    port: Number(new URL(url).port),
    async usage() {
      const told = server.next((news): Extract<News, { type: 'usage' }> | undefined =>
        news.type === 'usage' ? news : undefined,
      );
      server.ask({ type: 'usage', collect: true });
      return told;
    },
    peak() {
      const most = peak;
      peak = 0;
      return most;
    },
    log,
    end: () => end,
    stop: server.end,
  };
}
