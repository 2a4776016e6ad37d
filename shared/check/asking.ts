/** What somebody asks of the server beside messages: HTTP requests, and an upgrade that may be refused. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { ServerProblem, WrongAnswer } from './problems.ts';
import { rawConnect } from './raw-client.ts';
import { beginToAct, noteSuccess, type Scene } from './scene.ts';
import { untilStill } from './stillness.ts';
import { within } from './within.ts';

/** Where to, and with what, beside what every request has: { path: '/?ticket=a1', headers: { Origin: 'null' } } */
export type Approach = { path?: string; headers?: Record<string, string> };

export type Request = Approach & {
  method: string;
  path: string;
  /** A text, or anything else as JSON, with the header for it. */
  body?: unknown;
};

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** So many looks at a server that has nothing left to do, and so long a wait before each (ms): then no answer comes. */
const LOOKS = 25;
const A_WHILE = 20;

/** What is random enough to be a secret is written in so many characters at least. */
const SECRET = /(?<=[="])[\w.+/-]{20,}/g;

/**
 * Asks for something over HTTP, on a connection of its own.
 *
 * @throws WrongAnswer where no answer comes; ServerProblem where the server is no more
 */
export async function askFor(name: string, port: number, scene: Scene, what: Request): Promise<Answer> {
  const { method, path, headers = {}, body } = what;
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const type = text === '' ? {} : { 'Content-Type': 'application/json' };
  note(name, scene, [`${method} ${path}`, ...linesOf(headers), text].filter(Boolean).join(', '));
  const answer = await wait(scene, `${name}'s ${method} ${path}`, async () => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: { ...type, ...headers },
    });
    const response = new Promise<Answer>((resolve, reject) => {
      asked.on('error', reject).on('response', (came) => {
        let all = '';
        came.setEncoding('utf8').on('data', (part: string) => {
          all += part;
        });
        came.on('error', reject).on('end', () => {
          resolve({ status: came.statusCode ?? 0, headers: came.headers, body: all });
        });
      });
    });
    asked.end(text);
    return response;
  });
  const cookies = (answer.headers['set-cookie'] ?? []).map((cookie) => `Set-Cookie: ${cookie}`);
  notePlain(name, scene, [`gets ${answer.status}`, ...cookies, answer.body.trim().slice(0, 200)]);
  return answer;
}

/**
 * Tries to open a WebSocket, and gives the status of the answer: 101 where the server lets somebody in. They go at once then.
 *
 * @throws WrongAnswer where no answer comes; ServerProblem where the server is no more
 */
export async function knock(name: string, port: number, scene: Scene, how: Approach): Promise<number> {
  const { path = '/', headers = {} } = how;
  note(name, scene, [`GET ${path}, Upgrade: websocket`, ...linesOf(headers)].join(', '));
  const status = await wait(scene, `${name}'s upgrade`, async () => {
    const { socket, status: came } = await rawConnect(`ws://127.0.0.1:${port}${path}`, headers);
    socket.destroy();
    return came;
  });
  notePlain(name, scene, [`gets ${status}`]);
  return status;
}

function linesOf(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([key, value]) => `${key}: ${value}`);
}

/** For each test, its long random values, in the order in which they came. */
const secrets = new WeakMap<Scene, string[]>();

/** A conversation is to be read, and the same the next time: what is long and random has a number there. */
function readable(scene: Scene, text: string): string {
  const known = secrets.get(scene) ?? [];
  secrets.set(scene, known);
  return text.replace(SECRET, (value) => {
    if (!known.includes(value)) known.push(value);
    return `<secret ${known.indexOf(value) + 1}>`;
  });
}

function note(who: string, scene: Scene, text: string): void {
  beginToAct(scene);
  scene.entries.push({ kind: 'sent', who, text: readable(scene, text), at: Date.now() });
  scene.said.messages += 1;
}

function notePlain(who: string, scene: Scene, parts: string[]): void {
  const text = readable(scene, parts.filter(Boolean).join(', '));
  scene.entries.push({ kind: 'happened', who, text, at: Date.now() });
  noteSuccess(scene);
}

/** Waits for an answer as long as the server could still give one. */
async function wait<T>(scene: Scene, what: string, ask: () => Promise<T>): Promise<T> {
  // An end without an answer is none.
  const answer = ask().then(
    (came) => ({ came }),
    () => ({ came: undefined }),
  );
  const { host } = scene;
  let found = await within(A_WHILE, answer);
  for (let looks = 0; !found && looks < LOOKS; looks += 1) {
    const problem = host.problem();
    if (problem) throw new ServerProblem(problem);
    if ((await untilStill(scene)) === 'slow') looks = Math.max(0, looks - 1);
    found = await within(A_WHILE, answer);
  }
  if (found?.came !== undefined) return found.came;
  await host.turn().catch(() => {});
  const problem = host.problem();
  if (problem) throw new ServerProblem(problem);
  const how = found ? 'closed the connection without an answer to' : 'has not answered';
  throw new WrongAnswer(`The server ${how} ${what}.`);
}
