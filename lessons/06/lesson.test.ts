import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BAD_TEXTS, testHostileClients } from '#shared/testing/hostile.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { ERROR_TEXTS, type Line, MAX_LINES, parseServerMessage } from './protocol.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 20_000, interval: 10 };

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const RED: Line = { from: [0.1, 0.1], to: [0.9, 0.9], color: '#d1382c', width: 6 };
const BLUE: Line = { from: [0.9, 0.1], to: [0.1, 0.9], color: '#2463C9', width: 50 };

let server: RunningServer;
const connected: RecordingClient[] = [];
let seq = 0;

beforeAll(async () => {
  server = await startServer('lessons/06/server.ts');
});
afterAll(() => server.stop());

// Each test finds an empty canvas, and knows the number of the last change.
beforeEach(async () => {
  const cleaner = await connect();
  await cleaner.nextJson(); // the canvas
  cleaner.send({ type: 'clear' });
  seq = Number((await cleaner.nextJson()).seq);
});
afterEach(() => {
  for (const { socket } of connected.splice(0)) socket.terminate();
});

async function connect(): Promise<RecordingClient> {
  const client = await connectRecording(server.socketUrl);
  connected.push(client);
  return client;
}

/** Connects a client, and takes its snapshot. */
async function arrive(socketUrl = server.socketUrl): Promise<RecordingClient> {
  const client = await connectRecording(socketUrl);
  connected.push(client);
  expect(await client.nextJson()).toMatchObject({ type: 'canvas' });
  return client;
}

/** What somebody who comes now gets. */
async function snapshot(socketUrl = server.socketUrl): Promise<Record<string, unknown>> {
  const client = await connectRecording(socketUrl);
  connected.push(client);
  return client.nextJson();
}

/** What a client gets for a message. */
async function ask(client: RecordingClient, message: unknown): Promise<Record<string, unknown>> {
  client.send(message);
  return client.nextJson();
}

function error(code: keyof typeof ERROR_TEXTS): Record<string, unknown> {
  return { type: 'error', code, message: ERROR_TEXTS[code], at: AT };
}

test('the very first canvas is empty, and the terminal shows who comes and goes, and no line', async () => {
  const own = await startServer('lessons/06/server.ts');
  try {
    const alice = await connectRecording(own.socketUrl);
    expect(await alice.nextJson()).toEqual({ type: 'canvas', lines: [], seq: 0 });
    const bob = await arrive(own.socketUrl);
    expect(await ask(alice, { type: 'line', ...RED })).toMatchObject({ seq: 1 });
    for (const client of [bob, alice]) await client.close(1001);
    await expect.poll(() => own.output().split('A client left').length, PATIENCE).toBe(3);
    const [came, left] = ['A client arrived.\n', "A client left: code 1001, reason ''.\n"];
    expect(own.output()).toBe(`${came.repeat(2)}${left.repeat(2)}`);
  } finally {
    await own.stop();
  }
});

describe('the canvas', () => {
  test('a line goes to everyone, the sender too, with the number of the change', async () => {
    const [alice, bob] = [await arrive(), await arrive()];
    alice.send({ type: 'line', ...RED });
    for (const client of [alice, bob]) {
      expect(await client.nextJson()).toEqual({ type: 'line', seq: seq + 1, ...RED });
    }
    bob.send({ type: 'line', ...BLUE });
    for (const client of [alice, bob]) {
      expect(await client.nextJson()).toEqual({ type: 'line', seq: seq + 2, ...BLUE });
    }
  });

  test('whoever comes late gets all lines in their order, and then the changes', async () => {
    const alice = await arrive();
    await ask(alice, { type: 'line', ...RED });
    await ask(alice, { type: 'line', ...BLUE });
    const late = await connect();
    expect(await late.nextJson()).toEqual({ type: 'canvas', lines: [RED, BLUE], seq: seq + 2 });
    await ask(alice, { type: 'line', ...RED });
    expect(await late.nextJson()).toEqual({ type: 'line', seq: seq + 3, ...RED });
  });

  test('a clear empties the canvas for everyone, and counts as a change', async () => {
    const [alice, bob] = [await arrive(), await arrive()];
    await ask(alice, { type: 'line', ...RED });
    await bob.nextJson();
    bob.send({ type: 'clear', from: [0, 0] });
    for (const client of [alice, bob]) {
      expect(await client.nextJson()).toEqual({ type: 'clear', seq: seq + 2 });
    }
    expect(await snapshot()).toEqual({ type: 'canvas', lines: [], seq: seq + 2 });
  });

  test('extra fields of a line are neither kept nor passed on', async () => {
    const alice = await arrive();
    const more = '"seq":99,"username":"System","__proto__":{"color":"#000000"}';
    const text = `${JSON.stringify({ type: 'line', ...RED }).slice(0, -1)},${more}}`;
    expect(await ask(alice, text)).toEqual({ type: 'line', seq: seq + 1, ...RED });
    expect(await snapshot()).toEqual({ type: 'canvas', lines: [RED], seq: seq + 1 });
  });

  test('strokes that cross at once, and a clear between them, come to all in one order', async () => {
    const everyone = await Promise.all([arrive(), arrive(), arrive()]);
    for (let round = 0; round < 30; round += 1) {
      for (const [n, client] of everyone.entries()) {
        if (round === 20 && n === 1) client.send({ type: 'clear' });
        else client.send({ type: 'line', ...RED, width: 1 + n, from: [round / 30, 0] });
      }
    }
    const changes = await Promise.all(
      everyone.map(async (client) => {
        const mine = [];
        while (mine.length < 90) mine.push(await client.nextJson());
        return mine;
      }),
    );
    expect(changes[1]).toEqual(changes[0]);
    expect(changes[2]).toEqual(changes[0]);
    expect(changes[0]?.map((change) => change.seq)).toEqual(
      Array.from({ length: 90 }, (_, n) => seq + 1 + n),
    );
    const after = changes[0]?.slice(1 + (changes[0]?.findIndex(({ type }) => type === 'clear') ?? 0));
    const lines = after?.map(({ from, to, color, width }) => ({ from, to, color, width }));
    expect(await snapshot()).toEqual({ type: 'canvas', lines, seq: seq + 90 });
  });

  test('those who come while others draw miss nothing and get nothing twice', async () => {
    const painter = await arrive();
    const late = [];
    for (let n = 0; n < 20; n += 1) {
      for (let k = 0; k < 10; k += 1) painter.send({ type: 'line', ...RED, from: [n / 20, k / 10] });
      late.push(connectRecording(server.socketUrl));
    }
    const newcomers = await Promise.all(late);
    connected.push(...newcomers);
    for (const client of newcomers) {
      const first = await client.nextJson();
      expect(first.type).toBe('canvas');
      const seen = Array.isArray(first.lines) ? first.lines.length : 0;
      expect(first.seq).toBe(seq + seen);
      for (let next = seq + seen + 1; next <= seq + 200; next += 1) {
        expect((await client.nextJson()).seq).toBe(next);
      }
    }
  });

  test('the server keeps the newest 10,000 lines', async () => {
    await drawMany(await arrive(), MAX_LINES + 1);
    const canvas = await snapshot();
    expect(canvas.seq).toBe(seq + MAX_LINES + 1);
    expect(canvas.lines).toHaveLength(MAX_LINES);
    expect(Array.isArray(canvas.lines) && canvas.lines.at(0)).toEqual(numberedLine(1));
    expect(Array.isArray(canvas.lines) && canvas.lines.at(-1)).toEqual(numberedLine(MAX_LINES));
    expect(parseServerMessage(JSON.stringify(canvas))).toEqual(canvas);
  });
});

/** A line that can be told from all others. */
function numberedLine(n: number): Line {
  return { ...RED, from: [(n % 200) / 200, Math.floor(n / 200) / 100] };
}

/** Sends so many lines, and waits until the last of them has come back. */
async function drawMany(painter: RecordingClient, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) painter.send({ type: 'line', ...numberedLine(n) });
  for (let n = 0; n < count; n += 1) await painter.next();
}

describe('bad input', () => {
  const line = (change: object) => JSON.stringify({ type: 'line', ...RED, ...change });
  test.each([
    ...BAD_TEXTS,
    { title: 'a chat message', text: '{"type":"chat","message":"hi"}', code: 'bad-message' },
    { title: 'no place', text: '{"type":"line","color":"#000000","width":3}', code: 'bad-message' },
    { title: 'pixels', text: line({ from: [300, 200] }), code: 'bad-message' },
    { title: 'a place left of the canvas', text: line({ to: [-0.01, 0.5] }), code: 'bad-message' },
    { title: 'a place below the canvas', text: line({ to: [0.5, 1.01] }), code: 'bad-message' },
    { title: 'a number too large for a number', text: line({}).replace('0.1', '1e999'), code: 'bad-message' },
    { title: 'one coordinate', text: line({ from: [0.5] }), code: 'bad-message' },
    { title: 'three coordinates', text: line({ from: [0.5, 0.5, 0.5] }), code: 'bad-message' },
    {
      title: 'a place as an object',
      text: line({ from: { 0: 0.5, 1: 0.5, length: 2 } }),
      code: 'bad-message',
    },
    { title: 'coordinates as text', text: line({ from: ['0.5', '0.5'] }), code: 'bad-message' },
    { title: 'coordinates that are null', text: line({ from: [null, null] }), code: 'bad-message' },
    { title: 'a colour by name', text: line({ color: 'red' }), code: 'bad-message' },
    { title: 'a colour of three digits', text: line({ color: '#f00' }), code: 'bad-message' },
    { title: 'a colour with a line break', text: line({ color: '#ff0000\n' }), code: 'bad-message' },
    { title: 'a colour that is a list', text: line({ color: ['#ff0000'] }), code: 'bad-message' },
    { title: 'no width', text: line({ width: undefined }), code: 'bad-message' },
    { title: 'a width of 0.9', text: line({ width: 0.9 }), code: 'bad-message' },
    { title: 'a width of 50.1', text: line({ width: 50.1 }), code: 'bad-message' },
    { title: 'a width as text', text: line({ width: '6' }), code: 'bad-message' },
  ] as const)('$title: $code to the sender, nothing to the others', async ({ text, code }) => {
    const [alice, bob] = [await arrive(), await arrive()];
    expect(await ask(alice, text)).toEqual(error(code));
    alice.send({ type: 'line', ...RED });
    // The fence, which also shows that nothing was counted.
    for (const client of [alice, bob]) expect(await client.nextJson()).toMatchObject({ seq: seq + 1 });
  });

  test('a binary message is refused, whatever is in it', async () => {
    const alice = await arrive();
    expect(await ask(alice, Buffer.from(line({})))).toEqual(error('not-text'));
    expect(await ask(alice, Buffer.from('{'))).toEqual(error('not-text'));
  });

  test.each([
    ['the corners', { from: [0, 0], to: [1, 1] }],
    ['a dot', { from: [0.5, 0.5], to: [0.5, 0.5] }],
    ['the narrowest width', { width: 1 }],
    ['the widest width', { width: 50 }],
    ['a broken width', { width: 1.5 }],
    ['a colour in capitals', { color: '#ABCDEF' }],
  ])('what is just allowed is allowed: %s', async (_, change) => {
    const alice = await arrive();
    expect(await ask(alice, line(change))).toEqual({ type: 'line', seq: seq + 1, ...RED, ...change });
  });

  test('the page understands each message that the server sends', async () => {
    const alice = await arrive();
    for (const message of [line({}), '{"type":"clear"}', '?']) await ask(alice, message);
    for (const text of alice.received) expect(parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
});

test('the text tells the size of a line and of a full canvas', async () => {
  // As the page sends it: five decimals.
  const short = { ...RED, from: [0.31245, 0.42708], to: [0.31667, 0.43125] };
  expect(JSON.stringify({ type: 'line', ...short })).toHaveLength(91);
  expect(JSON.stringify({ type: 'line', seq: 4711, ...short })).toHaveLength(102);
  const canvas = JSON.stringify({ type: 'canvas', lines: Array(MAX_LINES).fill(short), seq: MAX_LINES });
  expect(canvas.length / 780_000).toBeCloseTo(1, 1);
});

describe('whatever one client does', () => {
  let crowded: RunningServer;
  beforeAll(async () => {
    crowded = await startServer('lessons/06/server.ts');
  });
  afterAll(() => crowded.stop());

  let probes = 0;
  testHostileClients({
    server: () => crowded,
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      probes += 1;
      const own = { ...RED, from: [0.5, probes / 1000] };
      client.send({ type: 'clear' }); // Otherwise the flood's lines go to each of the 200 newcomers.
      client.send({ type: 'line', ...own });
      for (;;) {
        const { type, from } = await client.nextJson();
        if (type === 'line' && JSON.stringify(from) === JSON.stringify(own.from)) break;
      }
      await client.close();
    },
    flood: JSON.stringify({ type: 'line', ...RED }),
  });
});
