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

/** A chat, whose room is empty when a test begins. */
export type Chat<Code extends string = ErrorCode> = {
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
export function useChat<Code extends string>(file: string, { ERROR_TEXTS }: Protocol<Code>): Chat<Code> {
  let server: RunningServer;
  const connected: RecordingClient[] = [];
  let arrivals = 0;

  beforeAll(async () => {
    server = await startServer(file);
  });
  afterAll(() => server.stop());

  // Each test finds an empty room. A server says "left" and forgets the name in one go.
  afterEach(async () => {
    for (const { socket } of connected.splice(0)) socket.terminate();
    await expect.poll(() => server.output().split('A client left').length - 1, PATIENCE).toBe(arrivals);
  });

  async function connect(): Promise<RecordingClient> {
    const client = await connectRecording(server.socketUrl);
    connected.push(client);
    arrivals += 1;
    return client;
  }

  async function join(client: RecordingClient, username: string): Promise<RecordingClient> {
    client.send({ type: 'join', username });
    expect(await client.nextJson()).toMatchObject({ type: 'joined' });
    return client;
  }

  return {
    server: () => server,
    connect,
    join,
    connectAs: async (username) => join(await connect(), username),
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
