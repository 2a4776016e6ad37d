/** Alice sends 1,000 messages to bob, through cables that are cut again and again: what is lost, and what comes twice? */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { openPerson } from './storm-person.ts';
import { createWitness } from './storm-witness.ts';

const MESSAGES = 1000;
/** More at once would not get through between two cuts, and be sent again for ever. */
const MOST_WAITING = 30;
/** In ms: between two messages, and how long the storm lasts at most. */
const [PACE, LONGEST] = [4, 6000];

/** Other numbers make another storm: npx tsx lessons/08/storm.ts 7 */
const seed = Number(process.argv[2] ?? 1);

await runExperiment({ title: 'A storm', seconds: 10 }, async (progress) => {
  const server = await startServer();
  const witness = createWitness();
  const [alice, bob] = await Promise.all([
    openPerson('alice', server.port, seed, witness),
    openPerson('bob', server.port, seed + 1, witness),
  ]);

  const began = performance.now();
  const time = () => performance.now() - began;
  const cuts = () => alice.cuts() + bob.cuts();
  let written = 0;
  let told = 0;
  while (written < MESSAGES || (alice.waiting() > 0 && time() < LONGEST)) {
    await sleep(PACE);
    const due = Math.min(MESSAGES, time() / PACE);
    while (written < due && alice.waiting() < MOST_WAITING) {
      written += 1;
      witness.wrote(String(written));
      alice.write(String(written));
    }
    if (time() > LONGEST) alice.calm();
    if (time() - told < 100) continue;
    told = time();
    progress(witness.count() / MESSAGES, `${witness.count()} shown to bob, ${cuts()} cuts`);
  }

  // The storm is over. Bob sees this behind all else: then nothing else can come.
  for (const person of [alice, bob]) person.calm();
  for (let times = 0; !witness.hasEnded(); times += 1) {
    if (times === 200) throw new Error('Bob does not get the last message.');
    alice.write('The end.');
    await sleep(50);
  }
  await Promise.all([alice.end(), bob.end()]);
  server.end();
  return witness.result(cuts());
});

/** The lesson's own server, in a process of its own. */
async function startServer(): Promise<{ port: number; end: () => void }> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), {
    env: { ...process.env, PORT: '0' },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(() => undefined);
  const told = await Promise.race([once(child, 'message'), gone]);
  if (!told) throw new Error('The server did not start.');
  return { port: Number(new URL(told[0].url).port), end: () => child.kill() };
}
