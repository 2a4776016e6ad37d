/**
 * `npm run attack`, or `npm run attack -- 05 flood`, or `-- short`: strangers do all that they can to each lesson's
 * server, and to the workshop, while two who are polite talk there. What fell?
 */
import { availableParallelism, loadavg } from 'node:os';
import { loadTraits } from '#shared/testing/traits.ts';
import { type Fought, openArena, type Target } from './arena.ts';
import { readArguments } from './arguments.ts';
import { GROUPS, KINDS } from './kinds.ts';
import { openPolite } from './polite-talk.ts';
import { hasAddresses } from './site.ts';
import { type Fared, faultsOf, holesOf, notes, tableOf, wrongOf } from './table.ts';
import { lessonTargets, workshopTarget } from './targets.ts';

/** So many servers are attacked at the same time. */
const LANES = 2;

const all = await loadTraits();
const asked = readArguments(process.argv.slice(2), {
  lessons: all.map(({ folder }) => folder.replace('lessons/', '')),
  groups: GROUPS,
});
if ('sentence' in asked) {
  (asked.isHelp ? console.log : console.error)(asked.sentence);
  process.exit(asked.isHelp ? 0 : 2);
}
const { kinds, lessons, isWithWorkshop } = asked;

const began = Date.now();
const own = await hasAddresses();
if (!own) console.log('This machine has only the address 127.0.0.1: strangers share it with the polite.');
const workshop = isWithWorkshop ? await workshopTarget() : undefined;
const targets = [
  ...lessonTargets(all.filter(({ folder }) => lessons.includes(folder.replace('lessons/', '')))),
  ...(workshop ? [workshop.target] : []),
];
const fared: Fared[] = [];
const left = [...targets];
await Promise.all(
  Array.from({ length: Math.min(LANES, left.length) }, async () => {
    const polite = await openPolite();
    for (let target = left.shift(); target; target = left.shift())
      fared.push(await attackAll(target, polite));
    polite.end();
  }),
);
workshop?.remove();

const inOrder = targets.flatMap(({ name }) => fared.filter((one) => one.name === name));
const names = kinds.map(({ name }) => name);
const shown = Object.fromEntries(
  Object.entries(GROUPS).map(([group, some]) => [
    group,
    some.map(({ name }) => name).filter((name) => names.includes(name)),
  ]),
);
console.log(tableOf(shown, inOrder).join('\n'));
console.log(`\n${notes().join('\n')}`);
const open = holesOf(inOrder);
if (open.length > 0)
  console.log(
    `\nOpen on purpose: the lesson that closes it, the attack, what falls (and where)\n${open.join('\n')}`,
  );
const faults = faultsOf(
  inOrder,
  (number) =>
    all.find(({ folder }) => folder === `lessons/${number}`)?.attack?.open ??
    (all.some(({ folder }) => folder === `lessons/${number}`) ? {} : undefined),
  KINDS.map(({ name }) => name),
);
console.log(`\n${faults.length === 0 ? 'All is as it should be.' : faults.join('\n')}`);
const load = loadavg()
  .map((one) => one.toFixed(1))
  .join(' ');
console.log(
  `\n${kinds.length} kinds, ${seconds(began)} s, Node ${process.version}, ${availableParallelism()} processors, load ${load}.`,
);
process.exit(faults.length === 0 ? 0 : 1);

/** Attacks one server in all ways that were asked for, and says how it went. */
async function attackAll(target: Target, polite: Awaited<ReturnType<typeof openPolite>>): Promise<Fared> {
  const since = Date.now();
  const arena = openArena(target, polite, own);
  const fought: Fought[] = [];
  const isWorkshop = target.folder === '';
  const fitting = kinds.filter(({ at }) => at === undefined || at === (isWorkshop ? 'workshop' : 'lessons'));
  for (const kind of fitting) {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${target.name}: ${kind.name}`);
    fought.push(await arena.attack(kind));
  }
  const trips = arena.trips();
  await arena.end();
  const holes = target.traits.attack?.open ?? {};
  const wrong = fought.flatMap((one) =>
    wrongOf(one, Object.hasOwn(holes, one.kind) ? holes[one.kind] : undefined),
  );
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  const sorted = trips.toSorted((a, b) => a - b);
  const at = (part: number) => `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)} ms`;
  console.log(
    `${target.name}: ${fought.length} attacks, ${fought.filter(({ falls }) => falls.length > 0).length} fell it, ${seconds(since)} s; a polite word took ${at(0.5)}, p99 ${at(0.99)}${wrong.map((what) => `\n  ${what}`).join('')}`,
  );
  if (process.env.ATTACK_TIMES)
    for (const { kind, ms } of fought) console.log(`  ${ms.toFixed(0)} ms  ${kind}`);
  return {
    head: isWorkshop ? 'desk' : target.name.replace('lessons/', ''),
    name: target.name,
    fought,
    open: holes,
    trips,
    seconds: 0,
  };
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}
