/** `npm run bench`, or `npm run bench -- echo` for a part. All in one run, against `ws` alone in the same run. */
import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { measureCheck } from './judging.ts';
import { measureBroadcast, measureEcho, measureMemory, measureTap } from './processor.ts';
import { measureFanOut, measureJoins } from './reach.ts';
import { measureSaves } from './saving.ts';
import { measureStart } from './startup.ts';
import { printTable, type Row } from './table.ts';

const PARTS: Record<string, { title: string; measure: () => Promise<Row[]> }> = {
  start: { title: 'Start: time until it listens, as a multiple of `ws` alone', measure: measureStart },
  echo: { title: "Echo: processor time of `ws` alone, as a part of the lesson's", measure: measureEcho },
  broadcast: {
    title: "Broadcast: processor time of `ws` alone, encoded once, as a part of the lesson's",
    measure: measureBroadcast,
  },
  fanout: {
    title:
      "Fan-out: processor time of `ws` alone for each of 1,000 who get a word, as a part of the lesson's",
    measure: measureFanOut,
  },
  joins: {
    title:
      'Joins: processor time until 2,000 are in and know of each other, as a multiple of `ws` alone, which tells nobody',
    measure: measureJoins,
  },
  tap: { title: 'Wire view: processor time without the tap, as a part of that with it', measure: measureTap },
  memory: { title: 'Memory: after a garbage collection, over all connections', measure: measureMemory },
  save: { title: 'Companion: from a save to the verdict on the screen', measure: measureSaves },
  check: { title: 'Check: an answer, until its verdict', measure: measureCheck },
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}". There are: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const start = performance.now();
for (const [name, { title, measure }] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  printTable(title, await measure());
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
const load = loadavg().map((one) => one.toFixed(1));
console.log(
  `\n${seconds} s, Node ${process.version}, ${availableParallelism()} processors, load ${load.join(' ')}. Medians; in brackets the smallest and the largest.`,
);
