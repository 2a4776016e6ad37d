/** Makes each symptom of the index happen, in a terminal and in the workshop, and compares it with what the index shows. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import type { Bench, ClientPage } from '#shared/testing/bench.ts';
import { type Play, testExperiments } from '#shared/testing/experiments.ts';
import { expectShown, readmeBlock } from '#shared/testing/transcript.ts';

/** In ms. Far more than anything here needs. */
const PATIENCE = { timeout: 30_000, interval: 20 };
const FOLDER = 'lessons/symptoms';

/** In CI a machine without nginx is a fault: there, these programs must show what they promise. */
const HAS_NGINX = Boolean(process.env.CI) || hasNginx();

testExperiments(FOLDER, {
  'code-1001': page('code-1001'),
  'code-1002': program('code-1002'),
  'code-1005': page('code-1005'),
  'code-1006': page('code-1006'),
  'code-1008': program('code-1008'),
  'code-1009': program('code-1009'),
  'code-1011': program('code-1011'),
  'code-1012': program('code-1012'),
  'code-1013': program('code-1013'),
  'status-426': program('status-426'),
  'status-400': program('status-400'),
  'status-403': program('status-403'),
  refused: program('refused'),
  'nginx-headers': behindNginx('nginx-headers'),

  'early-close-page': async (bench) => {
    const said = consoleOf(await bench.client('left'));
    await play(bench, 'early-close-page');
    await expect.poll(said, PATIENCE).toContain('closed before');
    expectShown(FOLDER, 'early-close-chrome', said());
    expect(await bench.program('early-close')).toContain(
      'client  error: WebSocket was closed before the connection was established',
    );
    return [];
  },
  'early-send-page': async (bench) => {
    await play(bench, 'early-send-page');
    return program('early-send')(bench);
  },

  headers: page('headers'),
  'page-ping': page('page-ping'),
  blob: page('blob'),
  upgraded: page('upgraded'),

  'two-servers': async (bench) => {
    await program('two-servers')(bench);
    const said = consoleOf(await bench.client('left'));
    await bench.run('two-servers-page');
    await expect.poll(bench.printed, PATIENCE).toContain('close 1006');
    await expect.poll(said, PATIENCE).toContain('Invalid frame header');
    expectShown(FOLDER, 'two-servers-chrome', said());
    return [];
  },

  buffer: program('buffer'),
  'first-lost': program('first-lost'),
  order: program('order'),
  twice: program('twice'),
  'no-websocket': program('no-websocket'),
  crash: program('crash'),
  'upgraded-twice': program('upgraded-twice'),
  reset: program('reset'),
  'wss-close': program('wss-close'),
  silent: program('silent'),
  'nginx-timeout': behindNginx('nginx-timeout'),
});

/** A program prints what the index shows under its name. */
function program(name: string): Play {
  return async (bench) => {
    expectShown(FOLDER, name, await bench.program(name));
    return [];
  };
}

/** A block prints, in a page, what the index shows under its name. */
function page(name: string): Play {
  return async (bench) => {
    await play(bench, name);
    return [];
  };
}

async function play(bench: Bench, name: string): Promise<void> {
  await bench.run(name);
  const last = readmeBlock(FOLDER, 'text', name).split('\n').at(-1) ?? '';
  await expect.poll(bench.printed, PATIENCE).toContain(last);
  expectShown(FOLDER, name, await bench.printed());
}

function behindNginx(name: string): Play {
  if (HAS_NGINX) return program(name);
  return async (bench) => {
    expect(await bench.program(name)).toMatch(/^nginx +is not installed\. .*apt-get install nginx-light/m);
    return [];
  };
}

function hasNginx(): boolean {
  const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin`;
  return spawnSync('nginx', ['-v'], { env: { ...process.env, PATH } }).status === 0;
}

/** Listens to all that a client's browser reports by itself: a page does not get to know it. */
function consoleOf(client: ClientPage): () => string {
  let said = '';
  client
    .locator('html')
    .page()
    .on('console', (message) => {
      said += `${message.text()}\n`;
    });
  return () => said;
}
