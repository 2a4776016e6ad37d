/** Starts a server in a process of its own, and asks it what it has used. */
import { resolve } from 'node:path';
import { compile } from '#shared/check/compile.ts';
import type { News } from '#shared/check/news.ts';
import { openProcess } from '#shared/check/server-process.ts';
import { ROOT } from '#shared/course/root.ts';
import { gatherOutput, untilListening } from '#shared/testing/start-server.ts';

export type MeasuredServer = {
  socketUrl: string;
  /** Processor time of the whole process since its start, in microseconds. */
  cpu: () => Promise<number>;
  /** What it holds after a garbage collection, in bytes: on the heap and in buffers; in all (rss). */
  memory: () => Promise<{ heap: number; rss: number }>;
  /** How many sockets and timers keep its process alive now. */
  open: () => Promise<{ sockets: number; timers: number }>;
  stop: () => Promise<void>;
};

/**
 * @param file the server, named from the root: 'lessons/03/server.ts'
 * @param options more options of node
 */
export async function startMeasured(
  file: string,
  env: NodeJS.ProcessEnv = {},
  options: string[] = [],
): Promise<MeasuredServer> {
  const compiled = await compile(resolve(ROOT, file));
  // What it prints goes nowhere: a pipe that is read would cost this process time.
  const server = openProcess({
    file: compiled.path,
    execArgv: ['--expose-gc', ...options],
    env: { PORT: '0', ...env },
    isQuiet: true,
  });
  server.exited.then(compiled.remove);
  const url = await untilListening(server, file, gatherOutput(server));
  async function ask(collect: boolean): Promise<Extract<News, { type: 'usage' }>> {
    const told = server.next((news) => (news.type === 'usage' ? news : undefined));
    server.ask({ type: 'usage', collect });
    const usage = await told;
    if (!usage) throw new Error(`${file} ended.`);
    return usage;
  }
  return {
    socketUrl: url.replace(/^http/, 'ws'),
    cpu: async () => (await ask(false)).cpu,
    memory: () => ask(true),
    open: () => ask(false),
    stop: server.end,
  };
}
