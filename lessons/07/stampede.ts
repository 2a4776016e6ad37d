/** Two hundred clients lose their server at once, and come back: with four ways to wait, one after the other. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { type Progress, runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';
import { type Options, openReconnectingSocket } from './reconnecting-socket.ts';

const CLIENTS = 200;
/** All times are in ms. */
const AWAY = 2500;
const BASE = 1000;
const CAP = 2000;
const SLICE = 100;

const WAYS: { name: string; options: Options }[] = [
  { name: 'no wait', options: { random: () => 0 } },
  { name: 'a fixed wait', options: { random: () => 1, base: BASE, cap: BASE } },
  { name: 'backoff', options: { random: () => 1, base: BASE, cap: CAP } },
  { name: 'backoff with full jitter', options: { base: BASE, cap: CAP } },
];

await runExperiment({ title: 'Two hundred come back', seconds: 20 }, async (progress) => {
  const measured: { name: string; counts: number[]; back: number }[] = [];
  for (const [index, { name, options }] of WAYS.entries()) {
    const tell: Progress = (done, text) => progress((index + done) / WAYS.length, `${name}: ${text}`);
    measured.push({ name, ...(await stampede(options, tell)) });
  }
  return {
    chart: {
      title: `Attempts of ${CLIENTS} clients to connect again`,
      x: `Seconds since the server went away. After ${AWAY / 1000} it is back.`,
      y: `Attempts per ${SLICE} ms`,
      series: measured.map(({ name, counts }) => ({ name, points: counts.map(pointOf) })),
    },
    table: [
      ['How they wait', `Most attempts in ${SLICE} ms`, 'Attempts in all', 'Seconds until all are back'],
      ...measured.map(({ name, counts, back }) => {
        const all = counts.reduce((sum, count) => sum + count, 0);
        return [name, String(Math.max(...counts)), String(all), (back / 1000).toFixed(1)];
      }),
    ],
  };
});

/** Lets the clients connect, and the server go away and come back. Gives how often they tried, per slice of time. */
async function stampede(options: Options, tell: Progress): Promise<{ counts: number[]; back: number }> {
  const counts: number[] = [];
  let goneAt = Number.POSITIVE_INFINITY;
  const sinceGone = () => performance.now() - goneAt;

  class CountedSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      if (sinceGone() < 0) return;
      const slice = Math.floor(sinceGone() / SLICE);
      while (counts.length <= slice) counts.push(0);
      counts[slice] = (counts[slice] ?? 0) + 1;
    }
  }

  tell(0, 'they connect');
  const { server, port } = await listen(0);
  const crowd = gather(`ws://127.0.0.1:${port}`, { ...options, WebSocket: CountedSocket });
  await crowd.allOpen();

  tell(0.1, 'the server is away');
  goneAt = performance.now();
  await goAway(server);
  await sleep(AWAY - sinceGone());

  tell(0.6, 'the server is back');
  const { server: next } = await listen(port);
  await crowd.allOpen();
  const back = sinceGone();
  crowd.leave();
  await goAway(next);
  return { counts: [...counts, 0], back };
}

/** The clients, all of which are the lesson's own sockets. */
function gather(url: string, options: Options) {
  let look = () => {};
  const crowd = Array.from({ length: CLIENTS }, () =>
    openReconnectingSocket(url, { ...options, onState: () => look() }),
  );
  return {
    allOpen: () =>
      new Promise<void>((resolve) => {
        look = () => {
          if (crowd.every(({ state }) => state() === 'open')) resolve();
        };
        look();
      }),
    leave() {
      for (const client of crowd) client.close();
    },
  };
}

async function listen(port: number): Promise<{ server: WebSocketServer; port: number }> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('error', console.error));
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'string' || address === null ? port : address.port };
}

/** As if its process had been killed: no close frame is sent. */
async function goAway(server: WebSocketServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const client of server.clients) client.terminate();
  await closed;
}

/** A slice of time, where it begins, in seconds. */
function pointOf(count: number, slice: number): Point {
  return [(slice * SLICE) / 1000, count];
}
