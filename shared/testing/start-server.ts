/** Starts a server of the course for a test, in a process of its own. */
import { resolve } from 'node:path';
import { compile } from '#shared/check/compile.ts';
import { newDataFolder } from '#shared/check/data-folder.ts';
import { openProcess, type ServerProcess } from '#shared/check/server-process.ts';
import { ROOT } from '#shared/course/root.ts';

export type RunningServer = {
  /** Where its page is: http://localhost:40123 */
  url: string;
  /** The same place for a WebSocket: ws://localhost:40123 */
  socketUrl: string;
  /** The folder where it keeps files. */
  data: string;
  /** All that it printed so far. */
  output: () => string;
  /** Types on its terminal: '\n' is the Enter key. */
  type: (text: string) => void;
  /** Sends it a signal. */
  signal: (name: NodeJS.Signals) => void;
  /** Its exit code once it has ended, null where a signal ended it. */
  exited: Promise<number | null>;
  /** Ends it (SIGKILL) and waits until it is gone. May be called twice. */
  stop: () => Promise<void>;
  /** Stops it, and starts it anew at the same address, with the files that it has kept. */
  restart: () => Promise<RunningServer>;
};

/**
 * Starts a server on a port that the system picks, and gives it once it listens. Several may run at once.
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
  const { LESSON_DATA: data = newDataFolder() } = env;
  const server = openProcess({ file: compiled.path, env: { PORT: '0', ...env, LESSON_DATA: data } });
  server.exited.then(compiled.remove);
  const output = gatherOutput(server);
  const url = await untilListening(server, file, output);
  return {
    url,
    socketUrl: url.replace(/^http/, 'ws'),
    data,
    output,
    type: server.type,
    signal: server.signal,
    exited: server.exited.then(({ code }) => code),
    stop: server.end,
    async restart() {
      await server.end();
      return startServer(file, { env: { ...env, LESSON_DATA: data, PORT: new URL(url).port } });
    },
  };
}

/** Keeps all that a process prints. */
export function gatherOutput(server: ServerProcess): () => string {
  let printed = '';
  server.onText((text) => {
    printed += text;
  });
  return () => printed;
}

/**
 * Waits until a process listens.
 *
 * @returns the address that it tells, as lessons do, or that of its port: http://localhost:40123
 * @throws where it ends before: what it printed
 */
export async function untilListening(
  server: ServerProcess,
  file: string,
  output: () => string,
): Promise<string> {
  const told = server.next((news) => (news.type === 'told' ? news.url : undefined));
  const port = await server.next((news) => (news.type === 'listening' ? news.port : undefined));
  if (port === undefined) {
    const { code } = await server.exited;
    throw new Error(`${file} ended with ${code}: ${output()}`);
  }
  // Who tells an address does so at once: before the answer to this.
  const turn = server.next((news) => (news.type === 'turn' ? `http://localhost:${port}` : undefined));
  server.ask({ type: 'turn', id: 0 });
  return (await Promise.race([told, turn])) ?? `http://localhost:${port}`;
}
