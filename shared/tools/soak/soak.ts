/**
 * `npm run soak`, or `npm run soak -- short 03`: hundreds of clients come to each lesson's server, misbehave, and go.
 * What is left of them? And was the one who is polite served all the while?
 */
import { availableParallelism, loadavg } from 'node:os';
import { seconds } from '#shared/lesson/conversation.ts';
import { loadTraits } from '#shared/testing/traits.ts';
import { hasAddresses } from './addresses.ts';
import { openPolite } from './polite-talk.ts';
import { LONG, SHORT, type Soak, soakServer } from './soak-server.ts';
import { notesOf, type Row, tableOf } from './table.ts';

const words = process.argv.slice(2);
const length = words.includes('short') ? SHORT : LONG;
const asked = words.filter((word) => word !== 'short').map((word) => `lessons/${word.padStart(2, '0')}`);
const all = await loadTraits();
const unknown = asked.find((folder) => !all.some((one) => one.folder === folder));
if (unknown !== undefined) {
  console.error(`There is no ${unknown}. There are: ${all.map(({ folder }) => folder).join(', ')}.`);
  process.exit(2);
}
const lessons = all.filter(({ folder }) => asked.length === 0 || asked.includes(folder));

const began = Date.now();
const polite = await openPolite();
const rows: Row[] = [];
for (const traits of lessons) {
  if (traits.soak?.allows && !(await hasAddresses()))
    console.log(`${traits.folder} is left out: it limits each address, and this system has only one.`);
  else rows.push(await soakLesson({ traits, polite, ...length }));
}
await polite.end();

console.log(`\n${tableOf(rows).join('\n')}\n`);
const endSilent = lessons.flatMap(({ folder, soak }) => (soak?.endsSilent === undefined ? [] : [folder]));
for (const line of notesOf(rows, endSilent)) console.log(line);
const load = loadavg().map((one) => one.toFixed(1));
console.log(
  `\n${seconds(Date.now() - began)}, waves of ${length.size}, Node ${process.version}, ${availableParallelism()} processors, load ${load.join(' ')}.`,
);
if (rows.some(({ soaked }) => soaked.faults.length > 0)) process.exitCode = 1;

/** Soaks one lesson's server, and says how it went. Where the polite client is not served, that is the end. */
async function soakLesson(soak: Omit<Soak, 'file'>): Promise<Row> {
  const name = soak.traits.folder;
  try {
    const soaked = await soakServer({ ...soak, file: `${name}/server.ts` });
    console.log(`${name}: ${soaked.faults.join(' ') || 'ok'}`);
    return { name, soaked };
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
