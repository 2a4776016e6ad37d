/** A WebSocket that fetches a ticket first: for whoever opens sockets without a thought of who they are. */
import type { Listener, SocketEvent, SocketLike } from './options.ts';

/** The server's own code for "you are not logged in". To come back by itself makes no sense then. */
export const LOGGED_OUT = 4401;

const [CONNECTING, CLOSED] = [0, 3];

/** A browser never tells a page why a handshake failed: 401 looks like a dead server. But it tells what /ticket said. */
export class TicketSocket implements SocketLike {
  #socket: WebSocket | undefined;
  #hasEnded = false;
  readonly #listeners: [type: string, listener: Listener][] = [];

  /** @param url without a ticket */
  constructor(url: string) {
    this.#open(url);
  }

  get readyState(): number {
    return this.#hasEnded ? CLOSED : (this.#socket?.readyState ?? CONNECTING);
  }

  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  close(code?: number, reason?: string): void {
    if (this.#socket) this.#socket.close(code, reason);
    else this.#end({ type: 'close', code: 1006, reason: '' });
  }

  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  async #open(url: string): Promise<void> {
    // Not GET: what changes something on the server must be no link, and no picture.
    const answer = await fetch('/ticket', { method: 'POST' }).catch(() => undefined);
    const ticket = answer?.ok ? await readTicket(answer) : undefined;
    if (this.#hasEnded) return; // Closed meanwhile.
    if (ticket === undefined) {
      this.#end({ type: 'close', code: answer?.status === 401 ? LOGGED_OUT : 1006, reason: '' });
      return;
    }
    const address = new URL(url);
    address.searchParams.set('ticket', ticket);
    this.#socket = new WebSocket(address);
    for (const type of ['open', 'message', 'close', 'error'] as const) {
      this.#socket.addEventListener(type, (event) => this.#tell(event));
    }
  }

  #end(event: SocketEvent): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tell(event);
  }

  #tell(event: SocketEvent): void {
    for (const [type, listener] of this.#listeners) if (type === event.type) listener(event);
  }
}

async function readTicket(answer: Response): Promise<string | undefined> {
  const body: unknown = await answer.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || !('ticket' in body)) return undefined;
  return typeof body.ticket === 'string' ? body.ticket : undefined;
}
