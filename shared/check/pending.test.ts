/** What a process still has to do: what was done at once is nothing of that, and what goes on is. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PENDING = new URL('pending.js', import.meta.url).href;

/** Runs lines in a process of its own, where `look()` gives how much there is to do. Gives what they print. */
async function run(...lines: string[]): Promise<string> {
  const code = [
    `import { pending, watchPending } from '${PENDING}';`,
    "import crypto from 'node:crypto'; import dns from 'node:dns'; import fs from 'node:fs'; import zlib from 'node:zlib';",
    'const look = () => pending().work; const told = []; watchPending();',
    ...lines,
    'console.log(told.join());',
  ].join('\n');
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)) };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', code],
    options,
  );
  return stdout.trim();
}

test.each([
  ['random bytes', 'crypto.randomFillSync(Buffer.alloc(8));'],
  ['more ids than are kept ready', 'for (let n = 0; n < 300; n += 1) crypto.randomUUID();'],
  ['a hash of a password', "crypto.scryptSync('a', 'b', 16);"],
  ['a file', 'fs.readFileSync(process.execPath);'],
  ['a text that is packed', 'zlib.gzipSync(Buffer.alloc(1e6));'],
])('%s, made at once: nothing is left to do', async (_, line) => {
  expect(await run(line, 'told.push(look());')).toBe('0');
});

test.each([
  ['random bytes', 'crypto.randomBytes(8, done);'],
  ['a hash of a password', "crypto.scrypt('a', 'b', 16, done);"],
  ['a file', 'fs.readFile(process.execPath, done);'],
  ['a text that is packed', 'zlib.gzip(Buffer.alloc(1e6), done);'],
  ['the place of a name', "dns.lookup('localhost', done);"],
])('%s, made beside: it is to do until it is done', async (_, line) => {
  const done = 'let done; const isDone = new Promise((resolve) => { done = resolve; });';
  const wait = 'await isDone; await new Promise(setImmediate);';
  expect(await run(done, line, 'told.push(look());', wait, 'told.push(look());')).toBe('1,0');
});
