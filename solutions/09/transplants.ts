/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

export const transplants: Transplants = {
  'polling-chat.test.ts': {
    'no server is closed': ['  wss.close();\n  server.close();\n', ''],
    'only one test runs': ["  it('is for those who joined'", "  it.only('is for those who joined'"],
    'nobody asks who has not joined': ["    expect(outsider.of('chat')).toHaveLength(0);\n", ''],
    'another epoch is never tried': [
      "    a.say({ type: 'since', epoch: randomUUID(), seq: 3 });\n    await a.has('snapshot', 2);\n    a.say({ type: 'since', epoch, seq: 206 });\n    await a.has('snapshot', 3);\n",
      '',
    ],
    'no name in capitals': [
      "    b.say({ type: 'join', username: 'zoe' });\n",
      "    b.say({ type: 'join', username: 'Zoe' });\n",
    ],
  },
  'fake-timers-chat.test.ts': {
    'a fixed port': ['server.listen(0);', 'server.listen(4000 + servers.length);'],
    'a test is skipped': ["test('names', async", "test.skip('names', async"],
    'all fields are compared': [
      "  expect((await second?.say('y'))?.seq).toBe(2);\n",
      "  expect(Object.keys((await second?.say('y')) ?? {})).toEqual(['type', 'id', 'seq', 'at']);\n",
    ],
  },
};
