/**
 * Two who are polite, in a process of their own: they talk all the while, and note what they hear. Whoever attacks is
 * busy, and would be late for their answers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { within } from '#shared/check/within.ts';
import { addressFor, asSent, loadTraitsOf } from '#shared/testing/traits.ts';
import { forgeriesIn, POLITE } from './heard.ts';
import { isOrder, type Told } from './polite-talk.ts';
import { type Talk, WORKSHOP } from './workshop-traits.ts';

/** In ms: from one round to the next. No lesson's allowance is less than that. */
const PACE = 110;
/** In ms: only a server that does not answer at all takes so long. */
const LONGEST = 30_000;
/** A message is looked at for this many ms at most, in all, of each second: a flood of them must not hold up the talk. */
const MOST_FORGERIES = 5;

type One = {
  socket: WebSocket;
  hears: (answer: string) => Promise<void>;
  lost: Promise<never>;
};

let news: Told = { type: 'round', noise: 0, forged: [], trips: [] };
let waiting: (() => void)[] = [];
let end = () => {};
let trouble: string | undefined;
let calls = 0;

process.on('message', (order) => {
  if (!isOrder(order)) return;
  if (order.type === 'round') {
    if (trouble === undefined) waiting.push(tell);
    else tell();
  } else if (order.type === 'end') {
    end();
  } else {
    trouble = undefined;
    void talk(order.folder, order.url).catch((error: Error) => {
      trouble = error.message;
      for (const answer of waiting.splice(0)) answer();
    });
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ type: 'ready' });

function tell(): void {
  process.send?.(trouble === undefined ? news : { ...news, trouble });
  news = { type: 'round', noise: 0, forged: [], trips: [] };
}

async function talk(folder: string, url: string): Promise<void> {
  const traits = folder === '' ? WORKSHOP : await loadTraitsOf(folder);
  const { fuzz } = traits;
  let isOver = false;
  end = () => {
    isOver = true;
  };
  const pair: One[] = [];
  try {
    for (const name of POLITE) pair.push(await open(name, url, traits));
    const lost = Promise.race(pair.map((one) => one.lost));
    lost.catch(() => {});
    while (!isOver) {
      const served = waiting;
      waiting = [];
      const began = performance.now();
      for (const [at, speaker] of pair.entries()) {
        calls += 1;
        const { message, answer } = fuzz.call(calls);
        const hearers = fuzz.echo ? [speaker] : pair;
        const heard = Promise.all(hearers.map((one) => one.hears(answer)));
        news.noise -= 1; // That it has arrived: an answer to the speaker alone, in some lessons.
        const asked = performance.now();
        speaker.socket.send(asSent(message));
        const isServed = await within(LONGEST, Promise.race([heard, lost]));
        if (!isServed) throw new Error(`${POLITE[at]} had no answer for ${LONGEST / 1000} s`);
        news.trips.push(performance.now() - asked);
      }
      for (const answer of served) answer();
      await Promise.race([sleep(Math.max(0, PACE - (performance.now() - began))), lost]);
    }
  } finally {
    for (const { socket } of pair) socket.removeAllListeners('close').terminate();
  }
}

async function open(name: string, url: string, { fuzz, door }: Talk): Promise<One> {
  const address = await addressFor(door, url, name);
  const socket = new WebSocket(address, { perMessageDeflate: false });
  let awaited: { answer: string; heard: () => void } | undefined;
  socket.on('message', (data) => {
    const text = data.toString();
    if (awaited && text.includes(awaited.answer)) {
      awaited.heard();
      awaited = undefined;
    } else news.noise += 1;
    if (news.forged.length < MOST_FORGERIES) news.forged.push(...forgeriesIn(text, fuzz));
  });
  const lost = new Promise<never>((_, reject) => {
    socket.on('error', (error) => reject(new Error(`${name} had an error: ${error.message}`)));
    socket.on('close', (code, reason) => reject(new Error(`${name} was cut: ${code} ${reason}`)));
  });
  lost.catch(() => {}); // Where nobody waits for an answer just now, the next round hears of it.
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), lost]);
  for (const message of fuzz.opening?.(name) ?? []) socket.send(asSent(message));
  return {
    socket,
    lost,
    hears: (answer) =>
      new Promise((heard) => {
        awaited = { answer, heard };
      }),
  };
}
