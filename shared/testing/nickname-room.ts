/** The room of a chat with nicknames, for tests: who comes in, asks, and has left when a test is over. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { connectRecording, type RecordingClient } from './recording-client.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
export const PATIENCE = { timeout: 20_000, interval: 10 };

export const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export type ErrorCode =
  | 'not-text'
  | 'not-json'
  | 'bad-message'
  | 'not-joined'
  | 'bad-username'
  | 'username-taken';

/** What a lesson's protocol.ts has for this. It may have more codes. */
export type Protocol<Code extends string = ErrorCode> = {
  ERROR_TEXTS: Record<Code, string>;
  parseServerMessage: (text: string) => unknown;
};

/** How a server says who is here: in a message each time, or as changes, gathered, whenever they come. */
export type Presence = 'message' | 'changes';

/** What the others are to hear. Each way to say it has its own part. */
export type PresenceNews = { message: string; usernames: string[]; joined: string[]; left: string[] };

/** A chat, whose room is empty when a test begins. */
export type Chat<Code extends string = ErrorCode> = {
  /** What this client hears next of those who come and go is this. */
  expectNews: (client: RecordingClient, news: PresenceNews) => Promise<void>;
  /** Somebody came or went: where that is a message in the row, it is taken. */
  skipNews: (client: RecordingClient) => Promise<void>;
  server: () => RunningServer;
  connect: () => Promise<RecordingClient>;
  join: (client: RecordingClient, username: string) => Promise<RecordingClient>;
  connectAs: (username: string) => Promise<RecordingClient>;
  /** What a client gets for a message. */
  ask: (client: RecordingClient, message: unknown) => Promise<Record<string, unknown>>;
  error: (code: Code) => Record<string, unknown>;
  /** Somebody arrives in another way: they have left when the test is over. */
  expectArrival: () => void;
};

/** Starts the server in a file, for all tests of the file that calls this. */
export function useChat<Code extends string>(
  file: string,
  { ERROR_TEXTS }: Protocol<Code>,
  presence: Presence = 'message',
): Chat<Code> {
  let server: RunningServer;
  const connected: RecordingClient[] = [];
  let arrivals = 0;

  beforeAll(async () => {
    server = await startServer(file);
  });
  afterAll(() => server.stop());

  // Each test finds an empty room. A server says "left" and forgets the name in one go.
  afterEach(async () => {
    await allLeave();
    if (presence === 'message') return;
    // Who leaves and comes back before it is told never left. So somebody comes, and it is told with that.
    const username = `witness ${arrivals}`;
    await expectChanges(await connectAs(username), { joined: [username], left: [] });
    await allLeave();
  });

  async function allLeave(): Promise<void> {
    for (const { socket } of connected.splice(0)) socket.terminate();
    await expect.poll(() => server.output().split('A client left').length - 1, PATIENCE).toBe(arrivals);
  }

  async function connect(): Promise<RecordingClient> {
    const direct = await connectRecording(server.socketUrl);
    const client = presence === 'changes' ? withoutChanges(direct) : direct;
    connected.push(client);
    arrivals += 1;
    return client;
  }

  async function join(client: RecordingClient, username: string): Promise<RecordingClient> {
    client.send({ type: 'join', username });
    expect(await client.nextJson()).toMatchObject({ type: 'joined' });
    return client;
  }

  const connectAs = async (username: string) => join(await connect(), username);

  return {
    expectNews: presence === 'changes' ? expectChanges : expectMessage,
    async skipNews(client) {
      if (presence === 'message') expect(await client.nextJson()).toMatchObject({ type: 'system' });
    },
    server: () => server,
    connect,
    join,
    connectAs,
    async ask(client, message) {
      client.send(message);
      return client.nextJson();
    },
    error: (code) => ({ type: 'error', code, message: ERROR_TEXTS[code], at: AT }),
    expectArrival() {
      arrivals += 1;
    },
  };
}

async function expectMessage(client: RecordingClient, { message, usernames }: PresenceNews): Promise<void> {
  expect(await client.nextJson()).toEqual({ type: 'system', message, usernames, at: AT });
}

/** Changes come when they come: one of them, and perhaps with others, has these. */
async function expectChanges(
  { received }: RecordingClient,
  { joined, left }: Pick<PresenceNews, 'joined' | 'left'>,
): Promise<void> {
  const changes = () =>
    received.map((text) => JSON.parse(`${text}`)).filter(({ type }) => type === 'presence');
  await expect
    .poll(() => changes().some((one) => joined.every(has(one.joined)) && left.every(has(one.left))), PATIENCE)
    .toBe(true);
}

function has(names: string[]): (name: string) => boolean {
  return (name) => names.includes(name);
}

/** The same client. Its messages come without what is gathered: that has no place in the row. */
function withoutChanges(client: RecordingClient): RecordingClient {
  async function nextJson(): Promise<Record<string, unknown>> {
    const message = await client.nextJson();
    return message.type === 'presence' ? nextJson() : message;
  }
  return { ...client, nextJson };
}
