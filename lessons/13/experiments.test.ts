/** The experiments of lesson 13, and what its text says about them. */
import { expect } from 'vitest';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. Far more than anything here needs. */
const PATIENCE = { timeout: 30_000, interval: 20 };

testExperiments('lessons/13', {
  evil: async (bench) => {
    const printed = await bench.program('evil');
    const rows = printed.split('\n').map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
    const row = (name: string) => rows.find(([first]) => first === name)?.slice(1) ?? [];
    const [whole, noOrigin, noTicket, neither, old] = [
      'whole',
      'no look at the origin',
      'no ticket: the cookie is enough',
      'neither of the two',
      'neither, and SameSite=None',
    ].map(row);
    const [IN, OUT, NOBODY] = ['in, as alice', 'refused: 403', 'refused: 401'];
    expect(whole).toEqual([OUT, OUT, OUT]);
    expect(old).toEqual([IN, IN, OUT]);
    const isHeld = [noOrigin, noTicket].every((cells) => cells && !cells.includes(IN));
    expect(noOrigin).toEqual([NOBODY, NOBODY, OUT]);
    expect(noTicket).toEqual([OUT, OUT, OUT]);
    return [
      !isHeld,
      isHeld && neither?.[0] === IN && neither[1] === NOBODY,
      neither?.every((cell) => cell !== IN) === true,
    ];
  },

  twice: async (bench) => {
    await bench.client('left');
    await bench.run('twice');
    await expect.poll(bench.printed, PATIENCE).toMatch(/The second: closed with \d+/);
    const printed = await bench.printed();
    const isOpen = (which: string) => printed.includes(`The ${which}: closed with 1005.`);
    const hasFailed = (which: string) => printed.includes(`The ${which}: closed with 1006.`);
    return [
      isOpen('first') && isOpen('second'),
      isOpen('first') && hasFailed('second'),
      hasFailed('first') && hasFailed('second'),
    ];
  },

  logged: async (bench) => {
    await bench.apply('logged');
    await bench.client('left');
    await bench.run('log');
    await expect.poll(bench.printed, PATIENCE).toMatch(/My ticket: \S+/);
    const [, begin = '?'] = /My ticket: (\S+)…/.exec(await bench.printed()) ?? [];
    await expect.poll(bench.output, PATIENCE).toContain('GET /?');
    const isInLog = (await bench.output()).includes(`ticket=${begin}`);
    // That a used one opens nothing, the experiment before has shown.
    return [!isInLog, isInLog, false];
  },

  logout: async (bench) => {
    const left = await bench.client('left');
    await bench.run('logout');
    await expect.poll(bench.printed, PATIENCE).toContain('The cookie is gone.');
    await expect.poll(bench.printed, PATIENCE).toMatch(/Closed with \d+/);
    await left.locator('#login:not([hidden])').waitFor();
    const isEnded = (await bench.printed()).includes('Closed with 4401.');
    return [!isEnded, isEnded];
  },

  tabs: async (bench) => {
    const right = await bench.client('right');
    await bench.client('left');
    await bench.run('tabs');
    await expect.poll(bench.printed, PATIENCE).toContain('The second one is closed.');
    const printed = await bench.printed();
    // Left stays among those whom right sees: what it hears of later comes after that.
    const names = await right.locator('#people .person').allTextContents();
    const isThere = names.some((name) => name.startsWith('left'));
    const count = Number(/there (\d) time/.exec(printed)?.[1]);
    return [count === 2, count === 1 && isThere, !isThere];
  },
});
