/** `npm run verify`: all that takes long by its nature, one thing after the other. */
import { spawnSync } from 'node:child_process';
import { ROOT } from '#shared/course/root.ts';
import { seconds } from '#shared/lesson/conversation.ts';

/** Other scripts than the check's own. To see what another seed finds: ORACLE_SEED=7 npm run verify */
const { ORACLE_SEED: seed = '21' } = process.env;

const STEPS: { what: string; command: string[]; env?: Record<string, string> }[] = [
  {
    what: `every mistake, the scripts of seed ${seed}, and the tests that take long`,
    command: ['npx', 'vitest', 'run'],
    env: { HEAVY: '1', ORACLE_SEED: seed },
  },
  { what: 'known mistakes are recognised', command: ['npm', 'run', 'recognise'] },
  { what: 'no server keeps anything of those who have gone', command: ['npm', 'run', 'soak', '--', 'short'] },
  {
    what: 'no stranger fells a server, or the workshop, but where a lesson says so',
    command: ['npm', 'run', 'attack', '--', 'short'],
  },
  { what: 'a newcomer begins', command: ['npm', 'run', 'newcomer'] },
];

for (const { what, command, env } of STEPS) {
  const [program = '', ...args] = command;
  console.log(`\n== ${what}: ${command.join(' ')}`);
  const began = Date.now();
  const options = { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' } as const;
  const { status } = spawnSync(program, args, { ...options, env: { ...process.env, ...env } });
  console.log(`== ${status === 0 ? 'done' : 'FAILED'}, ${seconds(Date.now() - began)}`);
  if (status !== 0) process.exit(1);
}
