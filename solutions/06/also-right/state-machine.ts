import type { Options, ReconnectingSocket, SocketLike, State } from '../reconnecting-socket.ts';

/** What it is in, with all that belongs to this state alone: when it is left, that is gone. */
type Now =
  | { state: 'connecting'; socket: SocketLike; timer: unknown }
  | { state: 'open'; socket: SocketLike; since: number }
  | { state: 'waiting'; timer: unknown; retryAt: number }
  | { state: 'closed' };

export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  const clock = options.clock ?? {
    now: () => Date.now(),
    setTimeout: (work: () => void, ms: number) => setTimeout(work, ms),
    clearTimeout: (timer: unknown) => clearTimeout(Number(timer)),
  };
  const most = options.mostQueued ?? 100;
  const queue: string[] = [];
  let failures = 0;
  let now: Now = { state: 'closed' };

  function enter(next: Now, code?: number): void {
    if ('timer' in now) clock.clearTimeout(now.timer);
    now = next;
    const retryAt = next.state === 'waiting' ? { retryAt: next.retryAt } : {};
    options.onState?.({ state: next.state, attempt: failures + 1, code, ...retryAt });
  }

  function connect(): void {
    const socket = new WebSocket(url);
    const isMine = () => 'socket' in now && now.socket === socket;
    const when = (work: () => void) => () => {
      if (isMine()) work();
    };
    socket.addEventListener('error', () => {});
    socket.addEventListener(
      'open',
      when(() => opened(socket)),
    );
    socket.addEventListener('message', ({ data }) => when(() => options.onMessage?.(`${data}`))());
    socket.addEventListener('close', ({ code }) => when(() => fail(code))());
    const giveUp = when(() => {
      fail();
      socket.close();
    });
    enter({ state: 'connecting', socket, timer: clock.setTimeout(giveUp, options.patience ?? 10_000) });
  }

  function opened(socket: SocketLike): void {
    enter({ state: 'open', socket, since: clock.now() });
    options.onOpen?.();
    for (const text of queue.splice(0)) send(text);
  }

  function fail(code?: number): void {
    if (code === 1000 || code === 1008 || (code ?? 0) >= 4000) {
      enter({ state: 'closed' }, code);
      return;
    }
    if (now.state === 'open' && clock.now() >= now.since + (options.stable ?? 5_000)) failures = 0;
    const most = Math.min(options.cap ?? 30_000, (options.base ?? 500) * 2 ** failures);
    const wait = (options.random ?? Math.random)() * most;
    failures += 1;
    enter({ state: 'waiting', timer: clock.setTimeout(connect, wait), retryAt: clock.now() + wait }, code);
  }

  function send(text: string): boolean {
    if (now.state === 'open' && now.socket.readyState === 1) now.socket.send(text);
    else if (now.state === 'closed' || most === 0) return false;
    else if (queue.push(text) > most) queue.shift();
    return true;
  }

  connect();
  return {
    send,
    retryNow() {
      if (now.state === 'waiting') connect();
    },
    close(code, reason) {
      if (now.state === 'closed') return;
      const before = now;
      enter({ state: 'closed' });
      if ('socket' in before) before.socket.close(code, reason);
    },
    state: (): State => now.state,
  };
}
