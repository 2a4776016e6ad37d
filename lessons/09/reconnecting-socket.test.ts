/** What drop() promises: with a clock and sockets of our own, and once with a frozen cable. All else is lesson 08's. */
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { applyEdit, type Edit } from '#shared/course/edit.ts';
import { createClock } from '#shared/testing/moved-clock.ts';
import { openServer } from './link.ts';
import { type News, openReconnectingSocket, type SocketEvent } from './reconnecting-socket.ts';

/** Opens a link whose sockets do what a test says, and records all that happens. */
function setUp(onState: (news: News) => void = () => {}) {
  const clock = createClock();
  const sockets: FakeSocket[] = [];
  const calls: string[] = [];

  class FakeSocket {
    readyState = 0;
    listeners = new Map<string, (event: SocketEvent) => void>();
    constructor() {
      sockets.push(this);
    }
    addEventListener(type: string, listener: (event: SocketEvent) => void) {
      this.listeners.set(type, listener);
    }
    send() {}
    /** Some sockets tell their end within the call. */
    close() {
      this.readyState = 2;
      this.emit('close', { code: 1000 });
    }
    emit(type: string, event: Omit<SocketEvent, 'type'> = {}) {
      this.listeners.get(type)?.({ type, ...event });
    }
    open() {
      this.readyState = 1;
      this.emit('open');
    }
  }

  const link = openReconnectingSocket('ws://here/', {
    WebSocket: FakeSocket,
    clock,
    random: () => 1,
    onOpen: () => calls.push('open'),
    onMessage: (text) => calls.push(text),
    onState(news) {
      const { state, attempt, retryAt, code } = news;
      calls.push([state, attempt, retryAt, code].filter((part) => part !== undefined).join(' '));
      onState(news);
    },
  });
  return { link, sockets, calls, pass: clock.pass, pending: clock.pending };
}

test('a link that is dropped comes back as after a loss, and its socket is closed and not heard any more', () => {
  const { link, sockets, calls, pass, pending } = setUp();
  const [dead] = sockets;
  dead?.open();
  pass(1_000);
  link.drop();
  expect([link.state(), dead?.readyState, pending()]).toEqual(['waiting', 2, 1]);
  // It was open for a moment only: this is a failure.
  expect(calls).toEqual(['connecting 1', 'open 1', 'open', 'waiting 2 1500 1006']);
  dead?.emit('message', { data: 'late' });
  dead?.emit('close', { code: 4001 });
  pass(500);
  expect(sockets.length).toBe(2);
  sockets[1]?.open();
  sockets[1]?.emit('message', { data: 'hello' });
  expect(calls.slice(4)).toEqual(['connecting 2', 'open 2', 'open', 'hello']);
});

test('where it had held, the failures are forgotten', () => {
  const { link, sockets, calls, pass } = setUp();
  sockets[0]?.emit('close', { code: 1006 });
  pass(500);
  sockets[1]?.open();
  pass(5_000);
  link.drop();
  expect(calls.at(-1)).toBe('waiting 2 6000 1006');
});

test('drop() while it connects ends that attempt; while it waits, or is closed, it does nothing', () => {
  const { link, sockets, calls, pass, pending } = setUp();
  link.drop();
  expect([link.state(), sockets[0]?.readyState, pending()]).toEqual(['waiting', 2, 1]);
  const told = calls.length;
  link.drop();
  expect([calls.length, pending()]).toEqual([told, 1]);
  pass(500);
  link.close();
  link.drop();
  expect([link.state(), pending(), sockets.length]).toEqual(['closed', 0, 2]);
});

test('retryNow within the news of a drop makes one socket, not two', () => {
  const set = setUp(({ state }) => state === 'waiting' && set.link.retryNow());
  set.sockets[0]?.open();
  set.link.drop();
  expect(set.sockets.map(({ readyState }) => readyState)).toEqual([2, 0]);
});

test('with ws and a frozen cable: it is back as soon as the cable lets it through', async () => {
  const { cable, url, end } = await openServer();
  const states: string[] = [];
  let tell = () => {};
  const link = openReconnectingSocket(url, {
    WebSocket,
    base: 1,
    onState({ state }) {
      states.push(state);
      tell();
    },
  });
  onTestFinished(async () => {
    link.close();
    await end();
  });
  const enters = (state: string) =>
    new Promise<void>((resolve) => {
      tell = () => states.at(-1) === state && resolve();
      tell();
    });
  await enters('open');
  cable.freeze();
  link.drop();
  await enters('connecting');
  cable.heal();
  await enters('open');
  expect(states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
});

/** What lesson 09 changes in a file of lesson 08. */
const CHANGES: Record<string, Edit[]> = {
  'delivery.ts': [],
  'history.ts': [],
  'reconnecting-socket.ts': [
    {
      find: `    timer = clock.setTimeout(() => {
      forget()?.close();
      ended();
    }, patience);
`,
      replace: `    timer = clock.setTimeout(drop, patience);
`,
    },
    {
      find: `  function close(code?: number`,
      replace: `  /** To close it takes a browser a minute, where nobody answers. So the socket is forgotten, and closes alone. */
  function drop(): void {
    if (state !== 'connecting' && state !== 'open') return;
    forget()?.close();
    ended();
  }

  function close(code?: number`,
    },
    { find: 'retryNow, close, state', replace: 'retryNow, drop, close, state' },
  ],
  'options.ts': [
    {
      find: `  retryNow: () => void;
`,
      replace: `  retryNow: () => void;
  /** The link is dead, though nobody has closed it: forgets this socket, and comes back as after a loss. */
  drop: () => void;
`,
    },
  ],
};

test.each(Object.entries(CHANGES))('%s is that of lesson 08, but for what is new', (file, changes) => {
  const read = (lesson: string) => readFileSync(new URL(`../${lesson}/${file}`, import.meta.url), 'utf8');
  const grown = changes.reduce((text, edit) => applyEdit(edit, text, `lessons/08/${file}`), read('08'));
  expect(read('09')).toBe(grown);
});
