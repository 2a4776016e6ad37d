/** Starts a server in a process of its own, and asks it what it has used. */
import { fork } from 'node:child_process';
import { ROOT } from '#shared/course/root.ts';
import type { Question, Reply } from './probe.ts';

const PROBE = new URL('probe.ts', import.meta.url).href;

export type MeasuredServer = {
  socketUrl: string;
  /** Processor time of the whole process since its start, in microseconds. */
  cpu: () => Promise<number>;
  /** What it holds after a garbage collection, in bytes: on the heap and in buffers; in all (rss). */
  memory: () => Promise<{ heap: number; rss: number }>;
  stop: () => Promise<void>;
};

/** @param file the server, named from the root: 'lessons/03/server.ts' */
export async function startMeasured(file: string, env: NodeJS.ProcessEnv = {}): Promise<MeasuredServer> {
  const child = fork(file, {
    cwd: ROOT,
    execArgv: ['--expose-gc', '--import', 'tsx', '--import', PROBE],
    env: { ...process.env, PORT: '0', ...env },
    // What it prints goes nowhere: a pipe that is read would cost this process time.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', kill);
      resolve();
    });
  });
  function next<T extends { url: string } | Reply>(): Promise<T> {
    return new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as T));
      exited.then(() => reject(new Error(`${file} ended.`)));
    });
  }
  const { url } = await next<{ url: string }>();
  async function ask<T extends Reply>(question: Question): Promise<T> {
    const reply = next<T>();
    child.send(question);
    return reply;
  }
  return {
    socketUrl: url.replace(/^http/, 'ws'),
    cpu: async () => (await ask<{ cpu: number }>({ ask: 'cpu' })).cpu,
    memory: () => ask<{ heap: number; rss: number }>({ ask: 'memory' }),
    stop: async () => {
      kill();
      await exited;
    },
  };
}
