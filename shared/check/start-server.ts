/** Starts a lesson's server for a test, in a process of its own, as `npx tsx FILE` does. */
import { fork } from 'node:child_process';
import { ROOT } from '../root.ts';

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
 *
 * @param file the server, named from the root: 'lessons/03/server.ts'
 * @param env more environment variables
 * @throws if the process ends before it listens: the error's message is what it printed
 */
export async function startServer(file: string, env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const child = fork(file, {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
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
    child.once('close', (code) => {
      process.off('exit', kill);
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
