/** The same small tests with a fake socket and with a real one: what passes with the fake, and what ws does instead. */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { FakeSocket } from './fake-socket.ts';

/** In bytes: the real server takes no message that is longer. */
const MOST = 1_000;

/** A socket under test, and the other end of its connection. */
type Subject = {
  socket: FakeSocket | WebSocket;
  /** Lets the other end send this. */
  comes: (text: string) => void;
  /** All that the other end has got, once nothing more is on its way. */
  arrived: () => Promise<unknown[]>;
};

/** A test gives what went wrong, or nothing where it passes. */
type Verdict = string | undefined;
type Test = { name: string; isEarly?: boolean; run: (subject: Subject) => Verdict | Promise<Verdict> };

const TESTS: Test[] = [
  {
    name: 'what is sent at once arrives',
    isEarly: true,
    run: async ({ socket, arrived }) => {
      socket.send('hello');
      return (await arrived()).includes('hello') ? undefined : 'It never arrives.';
    },
  },
  {
    name: 'an object arrives',
    run: async ({ socket, arrived }) => {
      const message: unknown = { type: 'join' };
      // A type would say it. In JavaScript, or with `any`, nobody does.
      Reflect.apply(socket.send, socket, [message]);
      return (await arrived()).length === 1 ? undefined : 'It never arrives.';
    },
  },
  {
    name: 'a long message arrives',
    run: async ({ socket, arrived }) => {
      let end = '';
      socket.on('close', (code) => {
        end = ` Closed with code ${code}.`;
      });
      socket.send('a'.repeat(2 * MOST));
      return (await arrived()).length === 1 ? undefined : `It never arrives.${end}`;
    },
  },
  {
    name: 'the last word arrives after close()',
    run: async ({ socket, arrived }) => {
      socket.close();
      socket.send('bye');
      return (await arrived()).includes('bye') ? undefined : 'It never arrives, and nobody says so.';
    },
  },
  {
    name: 'a text is a string',
    run: async ({ socket, comes }) => {
      const message = new Promise((resolve) => socket.on('message', resolve));
      comes('hello');
      const data = await message;
      return data === 'hello' ? undefined : `It is a ${Buffer.isBuffer(data) ? 'Buffer' : typeof data}.`;
    },
  },
  {
    name: 'the answer is there in the next line',
    run: ({ socket, comes }) => {
      const heard: unknown[] = [];
      socket.on('message', (data) => heard.push(data));
      comes('hello');
      return heard.length === 1 ? undefined : 'Not yet.';
    },
  },
  {
    name: 'behind close() the name is free',
    run: ({ socket }) => {
      const names = new Set(['alice']);
      socket.on('close', () => names.delete('alice'));
      socket.close();
      return names.size === 0 ? undefined : 'Not yet.';
    },
  },
  {
    name: 'close(1006) says that it is lost',
    run: ({ socket }) => {
      socket.close(1006);
      return undefined;
    },
  },
];

await runExperiment({ title: 'What a fake socket hides', seconds: 5 }, async (progress) => {
  const rows: string[][] = [];
  for (const [at, test] of TESTS.entries()) {
    progress(at / TESTS.length, test.name);
    rows.push([test.name, await judge(test, openFake()), await withReal(test)]);
  }
  return { table: [['The test', 'With the fake', 'With ws'], ...rows] };
});

async function judge({ run }: Test, subject: Subject): Promise<string> {
  try {
    return (await run(subject)) ?? 'passes';
  } catch (error) {
    const text = String(error);
    return `It throws: ${text.length > 70 ? `${text.slice(0, 69)}…` : text}`;
  }
}

function openFake(): Subject {
  const socket = new FakeSocket();
  return { socket, comes: (text) => socket.emit('message', text), arrived: async () => socket.sent };
}

/** Lets a test have a real connection. An early test does not wait until it is open. */
async function withReal(test: Test): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MOST });
  await once(server, 'listening');
  const address = server.address();
  const socket = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  const got: string[] = [];
  const connected = new Promise<WebSocket>((resolve) => server.on('connection', resolve));
  connected.then((other) => {
    other.on('message', (data) => got.push(data.toString()));
    other.on('error', () => {}); // The message was too long: its 'close' tells.
  });
  const opened = once(socket, 'open');
  if (!test.isEarly) await opened;
  const other = test.isEarly ? undefined : await connected;
  const subject: Subject = {
    socket,
    comes: (text) => other?.send(text),
    async arrived() {
      // Behind the answer to a ping, or behind the end, nothing is on its way.
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      await Promise.race([once(socket, 'pong'), once(socket, 'close')]);
      return got;
    },
  };
  const verdict = await judge(test, subject);
  await opened;
  for (const client of server.clients) client.terminate();
  server.close();
  return verdict;
}
