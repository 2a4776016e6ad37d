/** A program for browsers, in a Node that has no WebSocket of its own. */
import { spawnSync } from 'node:child_process';
import { showSymptom } from './lab.ts';

/** Node 22 has it. There, this option takes it away again. */
const WITHOUT = Number(process.versions.node.split('.')[0]) >= 22 ? ['--no-experimental-websocket'] : [];

await showSymptom('No WebSocket', async ({ say }) => {
  const run = (options: string[], program: string) =>
    spawnSync(process.execPath, [...options, '--eval', program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
  const { stderr } = run(WITHOUT, `new WebSocket('ws://localhost:8080')`);
  say('node', /^\w+Error: .*$/m.exec(stderr)?.[0] ?? stderr);
  const { stdout } = run([], `console.log(typeof require('ws').WebSocket)`);
  say(`require('ws').WebSocket`, stdout.trim());
});
