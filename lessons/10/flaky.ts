/** One test, 500 times on a busy machine: it sleeps and then looks, or it waits for a fence. How often does it fail? */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Progress, runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';
import { startChat } from './chat.ts';
import { connect, type Recorder } from './recorder.ts';

/** All of them at once: it is this that keeps the machine busy, however fast it is. */
const TIMES = 500;
/** Threads that do nothing but count: as many as can run at once. */
const BUSY = availableParallelism();
/** And before that so many times alone, on a machine that has nothing else to do. */
const ALONE = 10;

/** What the test does between alice's message and the look whether bob has it. */
type Way = { name: string; wait: (room: Room) => Promise<unknown> };
type Room = Awaited<ReturnType<typeof openRoom>>;
type Run = { isRight: boolean; ms: number };

const SLEEPS = [1, 10, 50, 100, 250];
const WAYS: Way[] = [
  ...SLEEPS.map((ms) => ({ name: `sleep ${ms} ms`, wait: () => sleep(ms) })),
  {
    name: 'fence',
    async wait({ alice, bob }) {
      await alice.next('ack'); // The server has said it to all. Behind that comes its answer to bob.
      await bob.fence();
    },
  },
];

await runExperiment({ title: 'One test, 500 times', seconds: 30 }, async (progress) => {
  const rooms = await Promise.all(Array.from({ length: TIMES }, openRoom));
  const alone = await tryAll(rooms.slice(0, 1), ALONE, (done, text) => progress(done / 3, `alone, ${text}`));
  const load = Array.from({ length: BUSY }, () => new Worker('for (;;);', { eval: true }));
  const busy = await tryAll(rooms, TIMES, (done, text) => progress((1 + 2 * done) / 3, `busy, ${text}`));
  await Promise.all([...load.map((thread) => thread.terminate()), ...rooms.map(({ close }) => close())]);

  const sleeps = (all: Measured[]) => SLEEPS.map((ms, at): Point => [ms, percent(all[at])]);
  const fence = (all: Measured[]) => all.slice(-1).map((one): Point => [one.ms, percent(one)]);
  return {
    chart: {
      title: 'How long one waits, and how many runs pass',
      x: 'Milliseconds: of the sleep, or of the fence on average',
      y: 'Runs that pass, in %',
      series: [
        { name: 'sleeps, busy', points: sleeps(busy) },
        { name: 'fence, busy', points: fence(busy) },
        { name: 'sleeps, alone', points: sleeps(alone) },
        { name: 'fence, alone', points: fence(alone) },
      ],
    },
    table: [
      ['How it waits', `Alone: failures of ${ALONE}`, 'ms a run', `Busy: failures of ${TIMES}`, 'ms a run'],
      ...WAYS.map(({ name }, at) => [name, ...cells(alone[at]), ...cells(busy[at])]),
    ],
  };
});

type Measured = { failures: number; of: number; ms: number };

async function tryAll(rooms: Room[], times: number, tell: Progress): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [at, way] of WAYS.entries()) {
    const runs = await repeat(way, rooms, times, (done, text) => tell((at + done) / WAYS.length, text));
    const failures = runs.filter(({ isRight }) => !isRight).length;
    measured.push({ failures, of: times, ms: runs.reduce((sum, run) => sum + run.ms, 0) / times });
  }
  return measured;
}

function percent(measured: Measured | undefined): number {
  return measured ? 100 - (100 * measured.failures) / measured.of : 0;
}

function cells(measured: Measured | undefined): string[] {
  return measured ? [String(measured.failures), measured.ms.toFixed(measured.ms < 10 ? 1 : 0)] : [];
}

/** Runs the test again and again, in all these rooms at once. */
async function repeat({ name, wait }: Way, rooms: Room[], times: number, tell: Progress): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < times) {
    tell(runs.length / times, `${name}: ${runs.length} of ${times}`);
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
