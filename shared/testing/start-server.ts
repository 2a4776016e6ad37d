/** Starts a lesson's server for a test, in a process of its own. */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { compile } from '#shared/check/compile.ts';
import { ROOT } from '#shared/course/root.ts';

export type RunningServer = {
  /** Where its page is: http://localhost:40123 */
  url: string;
  /** The same place for a WebSocket: ws://localhost:40123 */
  socketUrl: string;
  /** All that it printed so far. */
  output: () => string;
  /** Types on its terminal: '\n' is the Enter key. */
  type: (text: string) => void;
  /** Its exit code once it has ended, null where a signal ended it. */
  exited: Promise<number | null>;
  /** Ends it (SIGKILL) and waits until it is gone. May be called twice. */
  stop: () => Promise<void>;
};

/**
 * Starts a server on a port that the system picks, and gives it once it listens.
 * It is compiled first, with what it imports: without tsx its process is ready in half the time.
 *
 * @param file the server, named from the root: 'lessons/03/server.ts'
 * @param options env: more environment variables
 * @throws if the process ends before it listens: the error's message is what it printed
 */
export async function startServer(
  file: string,
  { env = {} }: { env?: NodeJS.ProcessEnv } = {},
): Promise<RunningServer> {
  const compiled = await compile(resolve(ROOT, file));
  const child = fork(compiled.path, {
    cwd: ROOT,
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, PORT: '0', ...env },
    silent: true,
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', async (code) => {
      process.off('exit', kill);
      await compiled.remove();
      resolve(code);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    exited.then((code) => reject(new Error(`${file} ended with ${code}: ${printed}`)));
  });
  return {
    url,
    socketUrl: url.replace(/^http/, 'ws'),
    output: () => printed,
    type: (text) => child.stdin?.write(text),
    exited,
    stop: async () => {
      kill();
      await exited;
    },
  };
}
