/** A client for tests: it keeps all that comes, in its order, and waits for what must come, never for a time. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message, with its fields. Or what the protocol itself says: 'protocol ping', and at the end 'closed'. */
export type Came = { type: string; [field: string]: unknown };

export type Recorder = Awaited<ReturnType<typeof connect>>;

/** In ms. After so long without what must come, it asks what is wrong. A test that passes never waits for it. */
const PATIENCE = 1_000;

/**
 * Connects, and gives the client once it is open.
 *
 * @param conversation each arrow is written there: clients that share it have all their arrows in one order
 */
export async function connect(url: string, name = 'client', conversation: string[] = []) {
  const socket = new WebSocket(url);
  const came: Came[] = [];
  const given = new Set<Came>();
  const wakers: (() => void)[] = [];
  let asked = 0;

  function keep(what: Came): void {
    came.push(what);
    if (what.type !== 'pong') conversation.push(`  ${name} ◀── ${JSON.stringify(what).slice(0, 70)}`);
    wake();
  }
  const wake = (): void => wakers.splice(0).forEach((go) => void go());
  // Before the first await: a message may come right behind the handshake.
  socket.on('message', (data, isBinary) => keep(isBinary ? { type: 'binary', data } : read(data.toString())));
  socket.on('ping', () => keep({ type: 'protocol ping' }));
  socket.on('close', (code, reason) => keep({ type: 'closed', code, reason: reason.toString() }));
  await once(socket, 'open');
  socket.on('error', () => {}); // Behind each error comes 'close'.

  /** All (of this type) that came so far. */
  const all = (type?: string) => came.filter((what) => what.type === (type ?? what.type));
  const isClosed = () => socket.readyState === WebSocket.CLOSED;

  /** Sends a text or bytes as they are, and anything else as JSON. */
  function send(message: unknown): void {
    const data = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    conversation.push(`  ${name} ──▶ ${data.toString().slice(0, 70)}`);
    socket.send(data);
  }

  /** The first (of this type) that it did not give yet. Waits for it, and fails where it does not come. */
  function next(type?: string): Promise<Came> {
    return until(type ?? 'something', () => {
      const found = all(type).find((what) => !given.has(what));
      if (found) given.add(found);
      return found;
    });
  }

  /**
   * Asks, and waits for the answer: now the server has handled all that was sent before, and all that came of it is here.
   * A ping of the protocol proves less: ws answers it, and no handler of ours sees it.
   */
  async function fence(): Promise<void> {
    asked += 1;
    const question = asked;
    socket.send('{"type":"ping"}');
    await until('the answer to its ping', () => all('pong').length >= question || undefined);
  }

  /** Says goodbye, and waits for the end. */
  async function close(): Promise<void> {
    socket.close(1000);
    await until('its end', () => isClosed() || undefined);
  }

  /** Looks again each time that something came. */
  async function until<T>(wanted: string, find: () => T | undefined): Promise<T> {
    let why = '';
    const late = setTimeout(() => {
      // A busy machine may be late. So it asks: behind the answer, nothing is on its way any more.
      socket.once('pong', () => {
        why = 'nothing more comes';
        wake();
      });
      socket.ping();
    }, PATIENCE);
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        if (isClosed()) why = 'the connection is closed';
        const said = conversation.slice(-20).join('\n');
        if (why) throw new Error(`${name} waits for ${wanted}, but ${why}:\n${said}`);
        await new Promise<void>((resolve) => wakers.push(resolve));
      }
    } finally {
      clearTimeout(late);
    }
  }

  return { all, next, send, fence, isClosed, close, terminate: () => socket.terminate() };
}

/** A text that is no message of ours is kept, too. */
function read(text: string): Came {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string') {
      return { ...value, type: value.type };
    }
  } catch {}
  return { type: 'text', text };
}
