/** `npm run soak`, or `npm run soak -- short 03`: what is left of hundreds of clients that misbehave, on each lesson's server. */
import { loadTraits } from '#shared/testing/traits.ts';
import { openPolite } from './polite-talk.ts';
import { type Soaked, soakServer } from './soak-server.ts';
import { printTable } from './table.ts';

const LONG = { seconds: 20, size: 200, waitsForSilent: true };
const SHORT = { seconds: 3, size: 50, waitsForSilent: false };

const asked = process.argv.slice(2);
const length = asked.includes('short') ? SHORT : LONG;
const numbers = asked.filter((word) => word !== 'short');
const all = await loadTraits();
const lessons = all.filter(({ folder }) => numbers.length === 0 || numbers.some((one) => folder.endsWith(one)));

const polite = await openPolite();
const rows: { name: string; soaked: Soaked }[] = [];
try {
  for (const traits of lessons) {
    const { folder } = traits;
    const soaked = await soakServer({ file: `${folder}/server.ts`, traits, polite, ...length }).catch(
      (error: Error) => {
        throw new Error(`${folder}: ${error.message}`);
      },
    );
    rows.push({ name: folder, soaked });
    console.error(`${folder}: ${soaked.faults.join(' ') || 'ok'}`);
  }
} finally {
  await polite.end();
}
printTable(rows);
if (rows.some(({ soaked }) => soaked.faults.length > 0)) process.exitCode = 1;
