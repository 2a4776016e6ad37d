/** What the workshop takes for a save of a server or of its page, and what it says of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { createRunner } from './runner.ts';

const SERVER = { 'server.ts': "import './helper.ts';\n", 'helper.ts': '' };

/** Gives a folder with a runner that has not started, and what it has said. */
async function watched(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) save(name, text);
  const said: string[] = [];
  const runner = createRunner(relative(ROOT, folder), {
    state: () => {},
    lines: (lines) => void said.push(...lines.map(({ text }) => text)),
  });
  onTestFinished(async () => {
    await runner.end();
    rmSync(folder, { recursive: true });
  });
  const says = (text: string) => expect.poll(() => said.join('\n'), { timeout: 60_000 }).toContain(text);
  return {
    save,
    says,
    remove: (name: string) => rmSync(join(folder, name)),
    /** What was said up to now: the page is saved last, and that must be heard. */
    async all() {
      save('client.html', '<p>The last one.</p>');
      await says('client.html was saved.');
      return said.map((line) => line.split('. ')[0]);
    },
  };
}

test('a server that no longer imports a file: the file was not saved', async () => {
  const { save, says, all } = await watched(SERVER);
  save('server.ts', '// Nothing is imported.\n');
  await says('server.ts was saved.');
  expect(await all()).toEqual(['server.ts was saved', 'client.html was saved']);
});

test('an imported file goes, and comes back', async () => {
  const { save, remove, says, all } = await watched(SERVER);
  remove('helper.ts');
  await says('helper.ts is gone. The server is stopped');
  save('helper.ts', '');
  await says('helper.ts was saved. The server is stopped');
  expect(await all()).toEqual(['helper.ts is gone', 'helper.ts was saved', 'client.html was saved']);
});

test("what both use is the server's, and what neither uses is nothing", async () => {
  const { save, says, all } = await watched({
    ...SERVER,
    'client.ts': "import './helper.ts';\nimport './page-only.ts';\n",
    'page-only.ts': '',
    'other.ts': '',
    'server.test.ts': "import './server.ts';\n",
  });
  save('page-only.ts', '// Changed.');
  await says('page-only.ts was saved. The page is loaded again.');
  save('helper.ts', '// Changed.');
  await says('helper.ts was saved. The server is stopped');
  save('other.ts', '// Changed.');
  save('server.test.ts', '// Changed.');
  expect(await all()).toEqual(['page-only.ts was saved', 'helper.ts was saved', 'client.html was saved']);
});
