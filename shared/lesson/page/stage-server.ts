/** What the stage asks of the lesson's server: blocks, cables and bytes. Each throws what a person can read. */
import type { CableNews, CableWish } from '#shared/lesson/stage/cable-news.ts';

const AWAY = 'The server is away.';

/** All cables that there are. */
export async function lookAtCables(): Promise<CableNews[]> {
  const news: unknown = await ask('/cable');
  return Array.isArray(news) ? news.map(readCable) : [];
}

export async function wishCable(wish: CableWish): Promise<CableNews> {
  return readCable(await ask('/cable', wish));
}

/** Gives up cables, also while this page goes away. */
export function closeCable(client: string, port: number): void {
  const body = JSON.stringify({ client, do: 'close', port });
  fetch('/cable', { method: 'POST', body, keepalive: true }).catch(() => {});
}

/** In whose page a block runs. */
export async function clientOfBlock(name: string): Promise<string> {
  return String(fieldsOf(await ask(`/experiment/${name}`)).client);
}

/** Sends bytes by hand. */
export async function sendBytes(what: { hex: string } | { name: string }): Promise<void> {
  await ask('/hand', what);
}

async function ask(path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => undefined);
  if (!response) throw new Error(AWAY);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}

function readCable(value: unknown): CableNews {
  const { client, port, isFrozen, isSlow } = fieldsOf(value);
  return {
    client: String(client),
    port: Number(port),
    isFrozen: isFrozen === true,
    isSlow: isSlow === true,
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
