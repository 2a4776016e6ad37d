import { afterAll, beforeAll, describe, expect } from 'vitest';
import { testHostileClients } from '#shared/check/hostile.ts';
import { connectRecording } from '#shared/check/recording-client.ts';
import { type RunningServer, startServer } from '#shared/check/start-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/01/server.ts');
});
afterAll(() => server.stop());

describe('whatever one client does', () => {
  testHostileClients({
    server: () => server,
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      expect(await client.next()).toBe('Welcome to Echo WebSocket Server!');
      client.send('hi');
      expect(await client.next()).toBe('Echo: hi');
      await client.close();
    },
    flood: 'x'.repeat(1_000),
  });
});
