/** The entries of the index: all that is looked for most, each with the same parts, and short. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { lessonText, readExperiments } from '#shared/course/experiments.ts';
import { ROOT } from '#shared/course/root.ts';
import { browserTest, openTab } from '#shared/testing/browser-testing.ts';

const TEXT = lessonText('lessons/symptoms');
const ENTRIES = TEXT.split(/^(?=###? )/m).filter((section) => section.startsWith('### '));
const TITLES = ENTRIES.map(titleOf);

/** What must be found, in the words of those who look for it. */
const LOOKED_FOR = [
  ...['1001', '1002', '1005', '1006', '1008', '1009', '1011', '1012', '1013', '426', '400', '403'],
  'readyState 0 (CONNECTING)',
  'closed before the connection is established',
  'Invalid frame header',
  'Buffer',
  '[object Blob]',
  'Works locally, not behind nginx',
  'My listener fires twice after reconnecting',
  'The first message gets lost',
  "Headers can't be set",
  'ping from a browser',
  'ECONNRESET',
  "Unhandled 'error' event",
  "wss.close() doesn't end",
  'Connected, but nothing arrives after a while',
  'Mixed Content',
  'LOCAL_NETWORK_ACCESS',
  'WebSocket is not defined',
];

test.each(LOOKED_FOR)('%s is in a title', (words) => {
  expect(TITLES.filter((title) => title.includes(words))).not.toEqual([]);
});

test('each entry is an experiment', () => {
  expect(readExperiments(TEXT).map(({ title }) => title)).toEqual(TITLES);
});

test.each(ENTRIES.map((entry): [string, string] => [titleOf(entry), entry]))(
  '%s: has all parts',
  (_, entry) => {
    const parts = ['Cause', 'How to tell', 'Fix', 'More', 'See it'];
    expect([...entry.matchAll(/^\*\*([\w ]+)\.\*\*/gm)].map(([, part]) => part)).toEqual(parts);
    expect(entry).toMatch(/^### .+\n\n```text /);
    expect(entry).toMatch(/^\*\*More\.\*\* .*lesson \d\d/im);
    const prose = entry.replace(/^```[\s\S]*?^```$/gm, '');
    expect(prose.split(/\s+/).length, 'words without blocks').toBeLessThanOrEqual(125);
  },
);

describe('a public page, which a machine of one’s own has not', () => {
  /** Opens a page of https://chat.example that nobody has to serve. Gives what its console says. */
  async function openPublic() {
    const { page, close } = await openTab({ ignoreHTTPSErrors: false });
    onTestFinished(close);
    let said = '';
    page.on('console', (message) => {
      said += `${message.text()}\n`;
    });
    await page.route('https://chat.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Chat</title>' }),
    );
    await page.goto('https://chat.example/');
    return { page, said: () => said };
  }

  browserTest('may not open ws:', async () => {
    const { page, said } = await openPublic();
    const thrown = await page.evaluate(
      `(() => { try { new WebSocket('ws://chat.example/'); } catch (error) { return error.message; } })()`,
    );
    const words = 'An insecure WebSocket connection may not be initiated from a page loaded over HTTPS';
    expect(thrown).toBe(`Failed to construct 'WebSocket': ${words}.`);
    await expect.poll(said).toContain('Mixed Content: ');
    expect(TEXT.replace(/\s+/g, ' ')).toContain(words);
  });

  browserTest('may not reach this machine without leave', async () => {
    const server = createServer();
    onTestFinished(() => void server.close().closeAllConnections());
    const wss = new WebSocketServer({ server });
    let arrived = 0;
    wss.on('connection', () => {
      arrived += 1;
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = Object(server.address());
    const { page, said } = await openPublic();
    const end = await page.evaluate(`new Promise((done) => {
      const socket = new WebSocket('ws://127.0.0.1:${port}/');
      socket.onopen = () => done('open');
      socket.onclose = ({ code }) => done(code);
    })`);
    // Before Chrome 147 nobody asked.
    if (Number(page.context().browser()?.version().split('.')[0]) < 147) {
      expect(end).toBe('open');
      return;
    }
    expect(end).toBe(1006);
    await expect.poll(said).toContain('ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS');
    expect(TITLES.join()).toContain('ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS');
    expect(arrived).toBe(0);
  });
});

test('without nginx its programs say how to get it, and end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = spawn(process.execPath, ['--import', 'tsx', 'lessons/symptoms/nginx-headers.ts'], {
    cwd: ROOT,
    env: { ...process.env, PATH: folder, NGINX_PLACES: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  program.stdout.on('data', (text) => {
    printed += text;
  });
  const [code] = await once(program, 'close');
  expect(code).toBe(0);
  expect(printed).toMatch(/^nginx +is not installed\. .*apt-get install nginx-light.*brew install nginx$/m);
});

function titleOf(section: string): string {
  return /^### (.+)$/m.exec(section)?.[1] ?? '';
}
