/** What a lesson's server gives its stage: the lesson's own blocks, cables for the clients, and a connection by hand. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { bytesOf, clientOf, scriptOf } from './blocks.ts';
import { type Cables, createCables } from './cables.ts';
import { bytesFromHex, createHand, type Hand } from './hand.ts';
import { type Refusal, refusal } from './refusal.ts';
import { cableWish, readObject } from './wishes.ts';

/** What a server keeps for its stages. */
type Kept = { cables: Cables; hand: Hand };

/** The content type of an answer, and its text. */
type Answer = [type: string, text: string];

const kept = new WeakMap<Server, Kept>();

/**
 * Answers a request of the stage. Whoever asks must have been looked at before: this is for pages of this server alone.
 *
 * @param folder the lesson's, named from the root: 'lessons/03'
 * @param path of the request, without its query
 */
export async function serveStage(
  server: Server,
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  const answer = (status: number, [type, text]: Answer) =>
    response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8` }).end(text);
  try {
    answer(200, await answerTo(server, folder, path, request));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Of a body that is too long nothing more is read.
    if (error.status === 413) response.setHeader('Connection', 'close');
    answer(error.status, ['text/plain', `${error.message}\n`]);
  }
}

async function answerTo(
  server: Server,
  folder: string,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  const [, name, isScript] = /^\/experiment\/([a-z0-9-]{1,60})(\.js)?$/.exec(path) ?? [];
  switch (`${request.method} ${name === undefined ? path : '/experiment'}`) {
    case 'GET /experiment':
      return isScript ? script(folder, name ?? '') : client(folder, name ?? '');
    case 'GET /cable':
      return json(keptOf(server).cables.all());
    case 'POST /cable': {
      const wish = cableWish(await readObject(request));
      return json(await keptOf(server).cables.obey(wish));
    }
    case 'POST /hand': {
      const bytes = bytesFromHex(hexOf(await readObject(request), folder));
      await keptOf(server).hand.send(bytes);
      return json({ sent: bytes.length });
    }
  }
  throw refusal(404, 'There is nothing here.');
}

function script(folder: string, name: string): Answer {
  const text = scriptOf(folder, name);
  if (text === undefined) throw unknown(name);
  return ['text/javascript', text];
}

function client(folder: string, name: string): Answer {
  const known = clientOf(folder, name);
  if (known === undefined) throw unknown(name);
  return json({ client: known });
}

function hexOf({ hex, name }: Record<string, unknown>, folder: string): string {
  if (typeof hex === 'string' && name === undefined) return hex;
  if (typeof name !== 'string' || hex !== undefined)
    throw refusal(400, 'Either hex or name says what to send.');
  const found = bytesOf(folder, name);
  if (found === undefined) throw unknown(name.slice(0, 60));
  return found;
}

function unknown(name: string): Refusal {
  return refusal(404, `The lesson's text has no block ${JSON.stringify(name)}.`);
}

/** Made when somebody first asks. It goes when the server is closed: what is open would keep it from closing. */
function keptOf(server: Server): Kept {
  const known = kept.get(server);
  if (known) return known;
  const address = server.address();
  if (address === null || typeof address === 'string') throw refusal(501, 'The server has no port.');
  const made = { cables: createCables(address), hand: createHand(address) };
  kept.set(server, made);
  const close = server.close;
  server.close = function (this: Server, ...args: Parameters<Server['close']>) {
    made.cables.end();
    made.hand.end();
    return Reflect.apply(close, this, args);
  };
  return made;
}

function json(value: unknown): Answer {
  return ['application/json', JSON.stringify(value)];
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}
