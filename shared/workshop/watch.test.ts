/** Watching a folder that goes away and comes back, and odd files in it. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchFolder } from './watch.ts';

describe.each([{ poll: false }, { poll: true }])('a folder, watched with %j', (options) => {
  /** A folder with a file, its watch, and what the watch has told since it was last asked. */
  function watched({ isThere = true } = {}) {
    const parent = mkdtempSync(join(tmpdir(), 'watched-'));
    const folder = join(parent, 'exercise');
    const file = join(folder, 'server.ts');
    /** Nobody ever sees half of it. */
    const save = (text: string) => {
      writeFileSync(join(parent, 'next'), text);
      utimesSync(join(parent, 'next'), 1, 1);
      renameSync(join(parent, 'next'), file);
    };
    const fill = () => {
      mkdirSync(folder);
      save('first');
    };
    if (isThere) fill();
    let told: string[] = [];
    const end = watchFolder(folder, (name) => told.push(name), {
      isWatched: (name) => name.endsWith('.ts'),
      ...options,
    });
    onTestFinished(() => {
      end();
      rmSync(parent, { recursive: true });
    });
    /** Waits until the watch tells of the file, and of nothing else. */
    const tells = async () => {
      await expect.poll(() => told, { timeout: 20_000, interval: 20 }).not.toEqual([]);
      expect(new Set(told)).toEqual(new Set(['server.ts']));
      told = [];
    };
    return { parent, folder, file, fill, save, tells };
  }

  test('tells of a file that is written, replaced by one of the same size and age, deleted, there again', async () => {
    const { folder, file, save, tells } = watched();
    writeFileSync(join(folder, 'notes.txt'), 'nobody asked for this');
    appendFileSync(file, ', and more');
    await tells();
    save('1');
    await tells();
    save('2');
    await tells();
    rmSync(file);
    await tells();
    save('3');
    await tells();
  });

  test('tells of a folder that is deleted, there again, and changed then', async () => {
    const { folder, fill, save, tells } = watched();
    for (let round = 0; round < 2; round += 1) {
      rmSync(folder, { recursive: true });
      await tells();
      fill();
      await tells();
      save('changed');
      await tells();
    }
  });

  test('tells of a folder that moves away, or whose parent does, and of one that takes its place', async () => {
    const { parent, folder, fill, save, tells } = watched();
    renameSync(folder, join(parent, 'away'));
    await tells();
    renameSync(join(parent, 'away'), folder);
    await tells();

    renameSync(folder, join(parent, 'away'));
    fill();
    await tells();
    // The old one is nobody's business any more.
    writeFileSync(join(parent, 'away', 'other.ts'), 'not watched');
    save('changed');
    await tells();

    renameSync(parent, `${parent}-away`);
    await tells();
    renameSync(`${parent}-away`, parent);
    await tells();
  });

  test('waits for a folder that is not there yet', async () => {
    const { fill, save, tells } = watched({ isThere: false });
    fill();
    await tells();
    save('changed');
    await tells();
  });

  test.each([
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link to itself', (file: string) => symlinkSync(file, file)],
    ['a link to nothing', (file: string) => symlinkSync(`${file}-away`, file)],
  ])('goes on where a file is %s', async (_, make) => {
    const { file, save, tells } = watched();
    rmSync(file);
    await tells();
    make(file);
    await tells();
    rmSync(file, { recursive: true });
    await tells();
    save('changed');
    await tells();
  });

  test.skipIf(process.platform === 'win32')('never opens a pipe: who opens one waits for ever', async () => {
    const { file, tells } = watched();
    rmSync(file);
    await tells();
    execFileSync('mkfifo', [file]);
    await tells();
    // To write without waiting fails where nobody reads.
    expect(() => closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK))).toThrow('ENXIO');
    rmSync(file);
    await tells();
  });
});
