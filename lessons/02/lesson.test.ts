import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BAD_TEXTS, testHostileClients } from '#shared/testing/hostile.ts';
import { readmeEdits } from '#shared/testing/readme-diff.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { readmeBlock } from '#shared/testing/transcript.ts';
import { typeErrors } from '#shared/testing/type-errors.ts';
import { parseServerMessage } from './protocol.ts';

const FOLDER = 'lessons/02';
const WELCOME = { type: 'welcome', message: 'Welcome to Echo WebSocket Server!', at: anyTime() };

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/02/server.ts');
});
afterAll(() => server.stop());

describe('the protocol', () => {
  test('whoever connects gets a welcome with a time', async () => {
    const alice = await connectRecording(server.socketUrl);
    expect(await alice.nextJson()).toEqual(WELCOME);
    await alice.close();
    expect(alice.received).toHaveLength(1);
  });

  test.each([
    { title: 'a word', text: 'hello' },
    { title: 'other scripts', text: 'Grüße, 世界 🎨' },
    { title: 'quotes and line breaks', text: '"quotes" and \\ and\nline\u2028breaks' },
    { title: 'a message of our own protocol', text: '{"type":"error"}' },
    { title: '10,000 characters', text: 'x'.repeat(10_000) },
    ...BAD_TEXTS,
  ])('a text comes back as an echo, as it was: $title', async ({ text }) => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    alice.send(text);
    expect(await alice.nextJson()).toEqual({ type: 'echo', message: text, at: anyTime() });
    await alice.close();
  });

  test('a binary message gets the error not-text, and the connection stays open', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from('text in bytes'), Buffer.alloc(0)]) {
      alice.send(bytes);
      expect(await alice.nextJson()).toEqual({
        type: 'error',
        code: 'not-text',
        message: expect.stringMatching(/./),
        at: anyTime(),
      });
    }
    alice.send('still here');
    expect(await alice.nextJson()).toMatchObject({ type: 'echo', message: 'still here' });
    await alice.close();
  });

  test('the time is the one at which the server received the message', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    for (let n = 0; n < 3; n += 1) {
      const before = Date.now();
      alice.send(`${n}`);
      const at = Date.parse(`${(await alice.nextJson()).at}`);
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now());
      await clockMoved();
    }
    await alice.close();
  });

  test('nobody gets what another client sends', async () => {
    const alice = await connectRecording(server.socketUrl);
    const bob = await connectRecording(server.socketUrl);
    alice.send('for the server');
    expect(await alice.nextJson()).toEqual(WELCOME);
    expect(await alice.nextJson()).toMatchObject({ message: 'for the server' });
    bob.send('fence');
    expect(await bob.nextJson()).toEqual(WELCOME);
    expect(await bob.nextJson()).toMatchObject({ message: 'fence' });
    await Promise.all([alice.close(), bob.close()]);
  });

  test("the server's messages are the ones in the text", async () => {
    const alice = await connectRecording(server.socketUrl);
    alice.send('hello');
    alice.send(Buffer.from([0xff]));
    const expected = readmeBlock(FOLDER, 'json', 'server-messages').split('\n');
    for (const line of expected) expect(withoutTime(`${await alice.next()}`)).toBe(withoutTime(line));
    await alice.close();
  });
});

describe("the page's parser", () => {
  test('knows each message of the server', () => {
    for (const text of readmeBlock(FOLDER, 'json', 'server-messages').split('\n')) {
      expect(parseServerMessage(text)).toEqual(JSON.parse(text));
    }
  });

  test.each([
    ...BAD_TEXTS,
    { title: 'an unknown type', text: '{"type":"ehco","message":"","at":""}' },
    { title: 'a number as message', text: '{"type":"echo","message":1,"at":""}' },
    { title: 'no time', text: '{"type":"echo","message":""}' },
    { title: 'an unknown code', text: '{"type":"error","code":"constructor","message":"","at":""}' },
  ])('takes nothing else: $title', ({ text }) => {
    expect(parseServerMessage(text)).toBeUndefined();
  });

  test('leaves out fields that it does not know', () => {
    const text = '{"type":"echo","message":"x","at":"y","extra":1,"__proto__":{"a":1}}';
    expect(parseServerMessage(text)).toEqual({ type: 'echo', message: 'x', at: 'y' });
  });
});

describe('Break it', () => {
  test('4. Make a typing error: the type checker reports it', () => {
    const server = 'lessons/02/server.ts';
    const [edit] = readmeEdits(FOLDER, 'typing-error');
    const change = (text: string) => text.replace(edit?.find ?? '', edit?.replace ?? '');
    // This one, and no other: without the change there is none.
    expect(typeErrors([server], { [server]: change })).toEqual([expect.stringContaining('"ehco"')]);
  });
});

describe('whatever one client does', () => {
  testHostileClients({
    server: () => server,
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      expect(await client.nextJson()).toEqual(WELCOME);
      client.send('hi');
      expect(await client.nextJson()).toMatchObject({ type: 'echo', message: 'hi' });
      await client.close();
    },
    flood: 'x'.repeat(1_000),
  });
});

/** ISO 8601 in UTC with milliseconds. */
function anyTime(): unknown {
  return expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

function withoutTime(text: string): string {
  return text.replace(/"at":"[^"]*"/, '"at":""');
}

/** Waits until the clock, which counts milliseconds here, shows another time. */
async function clockMoved(): Promise<void> {
  const before = Date.now();
  while (Date.now() === before) await setImmediate();
}
