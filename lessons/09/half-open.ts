/** Five links whose cables freeze at the same moment, each looked after in another way: who notices, and when? */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { type Progress, runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Lane } from '#shared/lesson/experiment/report.ts';
import { keepAlive } from './heartbeat.ts';
import { openLink } from './link.ts';
import { createPulse } from './pulse.ts';

/** In ms. Heartbeat and pulse are the lesson's, but they ask more often: so the run is short. */
const EVERY = 800;
/** So long all links work. */
const BEFORE = 1_000;
/** So long the cables are frozen. A `close()` of ws takes 30 seconds by itself. */
const FROZEN = 32_000;

/** What one end does about its link. It calls `notices` when it takes the link for dead. */
type Care = (socket: WebSocket, notices: () => void) => void;
type Way = { name: string; end: 'server' | 'client'; care: Care };
/** In ms since its cable froze. */
type Seen = { name: string; noticed?: number; closed?: number };

const WAYS: Way[] = [
  { name: 'server, no ping', end: 'server', care: () => {} },
  {
    name: 'server, ping and close()',
    end: 'server',
    care(socket, notices) {
      const terminate = () => {
        notices();
        socket.close(); // The same heartbeat, but at the end it says goodbye.
      };
      keepAlive(Object.assign(socket, { terminate }), EVERY);
    },
  },
  {
    name: 'server, ping and terminate()',
    end: 'server',
    care: (socket) => keepAlive(socket, EVERY),
  },
  { name: 'client, no pulse', end: 'client', care: () => {} },
  {
    name: 'client, pulse',
    end: 'client',
    care(socket) {
      const ask = () => socket.send('{"type":"ping"}');
      // A page has no terminate(): it forgets the socket.
      const pulse = createPulse({ every: EVERY, patience: EVERY, ask, onSilence: () => socket.terminate() });
      pulse.start();
      socket.on('message', pulse.heard);
      socket.on('close', pulse.stop);
    },
  },
];

await runExperiment({ title: 'Who notices a dead link?', seconds: 35 }, async (progress) => {
  const links = await Promise.all(WAYS.map(watchLink));
  await sleep(BEFORE);
  for (const { freeze } of links) freeze();
  await watch(progress);
  const all = links.map(({ seen }) => ({ ...seen }));
  await Promise.all(links.map(({ end }) => end()));
  return {
    chart: {
      title: 'Who notices that the cable is frozen',
      x: 'Seconds',
      moments: [{ at: BEFORE / 1000, name: 'all cables freeze' }],
      lanes: all.map(laneOf),
    },
    table: [
      ['Who, and how', 'Seconds until it notices', 'Seconds until it is closed'],
      ...all.map(({ name, noticed, closed }) => [name, inSeconds(noticed), inSeconds(closed)]),
    ],
  };
});

/** Lets one end of a link look after it. */
async function watchLink({ name, end, care }: Way) {
  const { near, far, cable, end: endLink } = await openLink();
  for (const socket of [near, far]) socket.on('error', console.error);
  far.on('message', () => far.send('{"type":"pong"}'));

  const seen: Seen = { name };
  const socket = end === 'server' ? far : near;
  let frozenAt = performance.now();
  const notices = () => {
    seen.noticed ??= performance.now() - frozenAt;
  };
  socket.on('close', () => {
    notices();
    seen.closed = performance.now() - frozenAt;
  });
  care(socket, notices);
  return {
    seen,
    freeze() {
      cable.freeze();
      frozenAt = performance.now();
    },
    end: endLink,
  };
}

async function watch(progress: Progress): Promise<void> {
  for (let past = 0; past < FROZEN; past += 1000) {
    progress(past / FROZEN, `frozen for ${past / 1000} s`);
    await sleep(1000);
  }
}

function laneOf({ name, noticed = FROZEN, closed = FROZEN }: Seen): Lane {
  const at = (ms: number) => Math.round((BEFORE + ms) / 100) / 10;
  const spans = [
    { from: 0, to: at(0), name: 'works' },
    { from: at(0), to: at(noticed), name: 'dead, but looks open' },
    { from: at(noticed), to: at(closed), name: 'says goodbye, and waits' },
  ];
  const marks = [
    { at: at(noticed), name: noticed === FROZEN ? 'has not noticed' : 'notices' },
    { at: at(closed), name: closed === FROZEN ? 'is still not closed' : 'is closed' },
  ];
  const isAtOnce = at(noticed) === at(closed);
  return isAtOnce ? { name, spans: spans.slice(0, 2), marks: marks.slice(0, 1) } : { name, spans, marks };
}

function inSeconds(ms: number | undefined): string {
  return ms === undefined ? `not in ${FROZEN / 1000}` : (ms / 1000).toFixed(1);
}
