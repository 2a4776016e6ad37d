/** One test, 500 times on a busy machine: it sleeps and then looks, or it waits for a fence. How often does it fail? */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Progress, runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { startChat } from './chat.ts';
import { connect, type Recorder } from './recorder.ts';

const TIMES = 500;
/** So many tests at once, as where a runner has many files. */
const AT_ONCE = 100;
/** Threads that do nothing but count: twice as many as can run at once. */
const BUSY = 2 * availableParallelism();

/** What the test does after alice has spoken, before it looks whether bob has heard her. */
type Way = { name: string; ms: number; wait: (room: Room) => Promise<unknown> };
type Room = Awaited<ReturnType<typeof openRoom>>;
type Run = { isRight: boolean; ms: number };

const WAYS: Way[] = [
  ...[1, 10, 50, 100, 250].map((ms) => ({ name: `sleep ${ms} ms`, ms, wait: () => sleep(ms) })),
  {
    name: 'fence',
    ms: 0,
    async wait({ alice, bob }) {
      await alice.next('ack'); // The server has said it. Behind that comes what it answers to bob.
      await bob.fence();
    },
  },
];

await runExperiment({ title: 'One test, 500 times', seconds: 30 }, async (progress) => {
  progress(0, 'the rooms open');
  const rooms = await Promise.all(Array.from({ length: AT_ONCE }, openRoom));
  const load = Array.from({ length: BUSY }, () => new Worker('for (;;);', { eval: true }));
  const measured = [];
  for (const [index, way] of WAYS.entries()) {
    const tell: Progress = (done, text) => progress((index + done) / WAYS.length, text);
    measured.push({ ...way, runs: await repeat(way, rooms, tell) });
  }
  await Promise.all([...load.map((thread) => thread.terminate()), ...rooms.map(({ close }) => close())]);
  const rows = measured.map(({ name, ms, runs }) => ({
    name,
    ms,
    failures: runs.filter(({ isRight }) => !isRight).length,
    took: runs.reduce((sum, run) => sum + run.ms, 0) / runs.length,
  }));
  return {
    chart: {
      title: `How many of ${TIMES} runs failed, and how long one took`,
      x: 'Milliseconds for one run, on average',
      y: `Failures of ${TIMES}`,
      series: [
        { name: 'sleeps, from 1 to 250 ms', points: rows.slice(0,-1).map(({ took, failures }) => [took, failures]) },
        { name: 'fence', points: rows.slice(-1).map(({ took, failures }) => [took, failures]) },
      ],
    },
    table: [
      ['How it waits', `Failures of ${TIMES}`, 'ms for one run'],
      ...rows.map(({ name, failures, took }) => [name, String(failures), took.toFixed(0)]),
    ],
  };
});

/** Runs the same test again and again, in many rooms at once. */
async function repeat({ name, wait }: Way, rooms: Room[], tell: Progress): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < TIMES) {
    tell(runs.length / TIMES, `${name}: ${runs.length} of ${TIMES}`);
    runs.push(...(await Promise.all(rooms.map((room) => runTest(room, wait)))));
    await Promise.all(rooms.map(calmDown));
  }
  return runs;
}

async function runTest(room: Room, wait: Way['wait']): Promise<Run> {
  const { alice, bob } = room;
  const heard = bob.all('chat').length;
  const begin = performance.now();
  alice.send({ type: 'chat', id: crypto.randomUUID(), message: 'hi' });
  await wait(room);
  return { isRight: bob.all('chat').length === heard + 1, ms: performance.now() - begin };
}

/** What is still on its way belongs to this run, not to the next. */
async function calmDown({ alice, bob }: Room): Promise<void> {
  await alice.fence();
  await bob.fence();
}

async function openRoom() {
  const server = createServer();
  const chat = startChat(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const join = async (username: string): Promise<Recorder> => {
    const client = await connect(url, username);
    client.send({ type: 'join', username });
    await client.next('joined');
    return client;
  };
  const [alice, bob] = [await join('alice'), await join('bob')];
  async function close(): Promise<void> {
    for (const socket of chat.clients) socket.terminate();
    chat.close();
    await once(server.close(), 'close');
  }
  return { alice, bob, close };
}
