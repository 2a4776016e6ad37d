/**
 * Somebody polite, in a process of its own: says one thing after the other, and measures how long each answer takes.
 * It is told on its terminal where to talk, and when to end; it tells what it has measured in one line.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { within } from '#shared/check/within.ts';
import { addressFor, loadTraitsOf, toText } from '#shared/testing/traits.ts';
import { POLITE_ADDRESS } from './addresses.ts';
import type { Order, Told } from './polite-talk.ts';

/** In ms: so long it waits after an answer before it says the next thing, where the server has no limit for this. */
const PAUSE = 5;
/** In ms: only a server that does not answer at all takes so long. */
const LONGEST_TRIP = 60_000;
/** Its calls have numbers of their own: nobody else's message is taken for its answer. */
const FIRST_CALL = 1_000_000;

let calls = FIRST_CALL;
let end = () => {};

createInterface(process.stdin).on('line', (line) => {
  const order: Order = JSON.parse(line); // Only the tool writes here.
  if (order.type === 'end') end();
  else void talk(order).then(tell, (error: Error) => tell({ type: 'lost', why: error.message }));
});
tell({ type: 'ready' });

async function talk({ folder, socketUrl }: Extract<Order, { type: 'talk' }>): Promise<Told> {
  const { fuzz, door, soak } = await loadTraitsOf(folder);
  const pause = soak?.allows ? 1000 / soak.allows.perSecond : PAUSE;
  const trips: number[] = [];
  let isOver = false;
  end = () => {
    isOver = true;
  };
  let awaited = '';
  let answered = () => {};
  const socket = new WebSocket(await addressFor(door, socketUrl, 'polite'), {
    perMessageDeflate: false,
    ...(soak?.allows ? { localAddress: POLITE_ADDRESS } : {}),
  });
  const lost = new Promise<never>((_, reject) => {
    socket.on('error', (error) => reject(new Error(`it had an error: ${error.message}`)));
    socket.on('close', (code) => reject(new Error(`it was cut, with code ${code}`)));
    socket.on('message', (data) => {
      const text = data.toString();
      if (awaited !== '' && text.includes(awaited)) answered();
      else if (text.startsWith('{"type":"error"')) reject(new Error(`it was refused: ${text}`));
    });
  });
  lost.catch(() => {}); // Where nobody waits for an answer just now, the next one hears of it.
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), lost]);
  for (const message of fuzz.opening?.('polite') ?? []) socket.send(toText(message));
  while (!isOver) {
    calls += 1;
    const { message, answer } = fuzz.call(calls);
    const came = new Promise<void>((resolve) => {
      answered = resolve;
    });
    awaited = answer;
    const began = performance.now();
    socket.send(toText(message));
    const isServed = await within(LONGEST_TRIP, Promise.race([came.then(() => true), lost]));
    if (!isServed) throw new Error(`it had no answer for ${LONGEST_TRIP / 1000} s`);
    trips.push(performance.now() - began);
    if (trips.length === 1) tell({ type: 'served' });
    await sleep(pause);
  }
  socket.removeAllListeners('close').close(1000);
  await new Promise((resolve) => socket.once('close', resolve));
  return { type: 'measured', answers: trips.length, ...percentiles(trips) };
}

function percentiles(trips: number[]): { p50: number; p99: number } {
  const sorted = trips.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function tell(told: Told): void {
  console.log(JSON.stringify(told));
}
