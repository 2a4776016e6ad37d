/**
 * Drives a learner's module in a process of its own: it gives it a clock, a random, and a WebSocket that is counted, calls
 * what the check asks for, and tells what happens. It listens for the check, so that its process starts like that of a server.
 */
import { WebSocket, WebSocketServer } from 'ws';
import { NO_FUNCTION, type Order } from './module-talk.ts';

type Tell = (report: { type: string; [field: string]: unknown }) => void;

type SocketClass = new (url: string, protocols?: string | string[]) => WebSocket;

/** Waits for the check, and does what it says. @param answer all that the module exports */
export function drive(answer: Record<string, unknown>): void {
  const wss = new WebSocketServer({ port: 0 });
  wss.once('connection', (control) => {
    const tell: Tell = (report) => control.send(JSON.stringify(report));
    const sockets: WebSocket[] = [];
    const obey = createPuppet(answer, countedSocket(sockets, tell), sockets, tell);
    control.on('error', () => {});
    control.on('message', (data) => {
      // Only the check connects here, and it is of the same course.
      const order: Order & { id: number } = JSON.parse(data.toString());
      tell({ type: 'answer', id: order.id, value: obey(order) });
    });
    control.on('close', () => wss.close());
  });
}

/** The WebSocket of ws, which tells of each socket. It has no listener for errors: that is the module's business. */
function countedSocket(sockets: WebSocket[], tell: Tell): SocketClass {
  return class CountedSocket extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      const others = sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length;
      const socket = sockets.push(this) - 1;
      tell({ type: 'made', socket, url: String(url), others });
      this.on('close', (code, reason) => tell({ type: 'closed', socket, code, reason: reason.toString() }));
    }
  };
}

/** Gives what carries out orders. */
function createPuppet(
  answer: Record<string, unknown>,
  Counted: SocketClass,
  sockets: WebSocket[],
  tell: Tell,
): (order: Order) => unknown {
  const { clock, advance, look } = createClock();
  let chance = 0.5;
  let made: unknown;

  function make({ name, url, options, when }: Extract<Order, { type: 'make' }>): unknown {
    const callbacks = Object.entries(when).map(([callback, calls]) => [
      callback,
      (...args: unknown[]) => {
        tell({ type: 'called', name: callback, args: args.map(plain) });
        if (made !== undefined) for (const [method, ...rest] of calls) call(made, method, rest);
      },
    ]);
    const all = {
      WebSocket: Counted,
      clock,
      random: () => chance,
      ...options,
      ...Object.fromEntries(callbacks),
    };
    if (typeof answer[name] !== 'function') return NO_FUNCTION;
    made = call(answer, name, url === undefined ? [all] : [url, all]);
    return typeof made;
  }

  return (order) => {
    switch (order.type) {
      case 'make':
        return make(order);
      case 'call':
        return plain(call(made, order.method, order.args));
      case 'advance':
        return advance(order.to);
      case 'random':
        chance = order.value;
        return chance;
      case 'look':
        return { ...look(), states: sockets.map(({ readyState }) => readyState) };
      case 'end':
        for (const socket of sockets)
          socket
            .removeAllListeners()
            .on('error', () => {})
            .terminate();
        return true;
    }
  };
}

/** Calls a method. What it throws is a crash, which names the learner's line. */
function call(target: unknown, method: string, args: unknown[]): unknown {
  const found: unknown = Reflect.get(Object(target), method);
  return typeof found === 'function' ? Reflect.apply(found, target, args) : NO_FUNCTION;
}

/** A value that JSON can have, whatever the module gave. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return String(value);
  }
}

/** A clock that stands still until it is moved. */
function createClock() {
  const timers = new Map<number, { due: number; work: () => void }>();
  let now = 0;
  let count = 0;

  function next(): [id: number, timer: { due: number; work: () => void }] | undefined {
    return [...timers].sort(([, a], [, b]) => a.due - b.due)[0];
  }

  const clock = {
    now: () => now,
    setTimeout(work: () => void, ms: number): number {
      count += 1;
      timers.set(count, { due: now + (ms > 0 ? ms : 0), work });
      return count;
    },
    clearTimeout: (id: unknown) => void timers.delete(Number(id)),
  };
  return {
    clock,
    /** Moves on, up to the next timer at most, and runs that. Gives whether there was one. */
    advance(to: number): boolean {
      const [id, timer] = next() ?? [];
      if (id === undefined || timer === undefined || timer.due > to) {
        now = Math.max(now, to);
        return false;
      }
      now = Math.max(now, timer.due);
      timers.delete(id);
      timer.work();
      return true;
    },
    look: () => ({ now, timers: timers.size, due: next()?.[1].due ?? -1 }),
  };
}
