/**
 * `npm run attack`, or `npm run attack -- 05 flood`, or `-- short`: strangers do all that they can to each lesson's
 * server, and to the workshop, while two who are polite talk there. What fell?
 */
import { availableParallelism, loadavg } from 'node:os';
import { seconds } from '#shared/lesson/conversation.ts';
import { loadTraits } from '#shared/testing/traits.ts';
import { type Fought, openArena, type Target } from './arena.ts';
import { readArguments } from './arguments.ts';
import { GROUPS, KINDS } from './kinds.ts';
import { openPolite, type Polite } from './polite-talk.ts';
import { hasAddresses } from './site.ts';
import { type Fared, faultsOf, holeOf, NOTES, openOnPurpose, tableOf, wrongOf } from './table.ts';
import { lessonTarget, workshopTarget } from './targets.ts';

/** So many servers are attacked at the same time. */
const LANES = 3;

const numberOf = (folder: string) => folder.replace(/^.*\//, '');
const traits = new Map((await loadTraits()).map((one) => [numberOf(one.folder), one]));
const asked = readArguments(process.argv.slice(2), { lessons: [...traits.keys()], groups: GROUPS });
if ('sentence' in asked) {
  (asked.isHelp ? console.log : console.error)(asked.sentence);
  process.exit(asked.isHelp ? 0 : 2);
}
const { kinds, lessons, isWithWorkshop } = asked;

const began = Date.now();
const own = await hasAddresses();
if (!own)
  console.log(
    'This machine has only the address 127.0.0.1: strangers share it with the polite, and limits of an address hit both.',
  );
const workshop = isWithWorkshop ? await workshopTarget() : undefined;
const targets = [
  ...(workshop ? [workshop.target] : []), // It takes longest.
  ...[...traits].filter(([number]) => lessons.includes(number)).map(([, one]) => lessonTarget(one)),
];
const left = [...targets];
const done: Fared[] = [];
await Promise.all(Array.from({ length: LANES }, attackSome));
workshop?.remove();

const all = done.toSorted((a, b) => (a.head < b.head ? -1 : 1));
const isAsked = (name: string) =>
  kinds.some(
    (kind) => kind.name === name && all.some(({ fought }) => fought.some((one) => one.kind === name)),
  );
const shown = Object.entries(GROUPS).map(([group, some]) => [
  group,
  some.map(({ name }) => name).filter(isAsked),
]);
console.log(tableOf(Object.fromEntries(shown), all).join('\n'));
console.log(`\n${NOTES.join('\n')}`);
const open = openOnPurpose(all);
if (open.length > 0)
  console.log(
    `\nOpen on purpose: the lesson that closes it, the attack, what falls, where.\n${open.join('\n')}`,
  );
const faults = faultsOf(
  all,
  (number) => (traits.has(number) ? (traits.get(number)?.attack?.open ?? {}) : undefined),
  KINDS.map(({ name }) => name),
);
console.log(`\n${faults.length === 0 ? 'All is as it should be.' : faults.join('\n')}`);
const load = loadavg().map((one) => one.toFixed(1));
console.log(
  `\n${kinds.length} kinds, ${seconds(Date.now() - began)}, Node ${process.version}, ${availableParallelism()} processors, load ${load.join(' ')}.`,
);
process.exit(faults.length === 0 ? 0 : 1);

/** Takes one server after the other, until none is left. */
async function attackSome(): Promise<void> {
  const polite = left.length > 0 ? await openPolite() : undefined;
  for (let target = left.shift(); polite && target; target = left.shift())
    done.push(await attackAll(target, polite));
  polite?.end();
}

/** Attacks one server in all ways that were asked for, and says how it went. */
async function attackAll(target: Target, polite: Polite): Promise<Fared> {
  const { name, folder } = target;
  const since = Date.now();
  const place = folder === '' ? 'workshop' : 'lessons';
  const open = target.traits.attack?.open ?? {};
  const arena = openArena(target, polite, own);
  const fought: Fought[] = [];
  try {
    for (const kind of kinds.filter(({ at = place }) => at === place)) {
      progress(`${name}: ${kind.name}`);
      fought.push(await arena.attack(kind));
    }
  } finally {
    await arena.end();
  }
  const trips = arena.trips().toSorted((a, b) => a - b);
  const trip = (part: number) => `${(trips[Math.floor(trips.length * part)] ?? 0).toFixed(0)} ms`;
  const letIn = fought.reduce((sum, one) => sum + one.letIn, 0);
  const fell = fought.filter(({ falls }) => falls.length > 0).length;
  const wrong = fought.flatMap((one) => wrongOf(one, holeOf(open, one.kind)));
  progress('');
  console.log(
    `${name}: survived ${fought.length - fell} of ${fought.length}, ${seconds(Date.now() - since)}; ${letIn} connections of strangers, ${trips.length} polite words took ${trip(0.5)}, p99 ${trip(0.99)}`,
  );
  for (const what of wrong) console.log(`  ${what}`);
  if (process.env.ATTACK_TIMES)
    for (const one of fought) console.log(`  ${one.ms.toFixed(0)} ms ${one.kind}`);
  return { head: folder === '' ? 'desk' : numberOf(folder), name, fought, open };
}

/** What is done now, where somebody looks. */
function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text}`);
}
