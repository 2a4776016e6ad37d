/** The experiments of lesson 10, and what its text says about them. */
import { testExperiments } from '#shared/testing/experiments.ts';

testExperiments('lessons/10', {
  deaf: async (bench) => {
    await bench.apply('deaf');
    const printed = await bench.program('tests');
    const failed = (suite: string) =>
      Number(new RegExp(`^${suite}\\.test\\.ts +\\d+ +(\\d+) `, 'm').exec(printed)?.[1]);
    const [weak, strong] = [failed('weak'), failed('chat')];
    const isTold = printed.includes(
      'alice waits for chat, but nothing more comes:\n  alice ──▶ {"type":"join"',
    );
    return [weak > 0 && strong > 0, weak === 0 && strong > 0 && isTold, weak === 0 && strong === 0];
  },

  flaky: async (bench) => {
    const rows = rowsOf(await bench.program('flaky'));
    const failures = (way: string) => Number(rows.find(([name]) => name === way)?.[3]);
    const isShortBad = failures('sleep 1 ms') > 400 && failures('sleep 10 ms') > 250;
    const isFenceGood = failures('fence') === 0;
    return [
      failures('sleep 10 ms') === 0,
      !isShortBad && failures('sleep 10 ms') > 0,
      isShortBad && isFenceGood,
    ];
  },

  mock: async (bench) => {
    const rows = rowsOf(await bench.program('mock'));
    const passed = (column: number) => rows.filter((row) => row[column] === 'passes').length;
    const isHidden = passed(1) === 8;
    return [
      isHidden && passed(2) === 8,
      isHidden && passed(2) > 3 && passed(2) < 8,
      isHidden && passed(2) === 0,
    ];
  },

  mutants: async (bench) => {
    const rows = rowsOf(await bench.program('mutants'));
    const [right = [], ...wrong] = rows;
    const caught = (column: number) => wrong.filter((row) => Number(row[column]) > 0).length;
    const isPossible = right[1] === '0' && right[2] === '0' && wrong.length === 10;
    const [weak, strong] = [caught(1), caught(2)];
    return [isPossible && weak === 10, isPossible && weak < 5 && strong === 9, isPossible && strong === 10];
  },
});

/** The rows of the table that a program has printed, without its head. */
function rowsOf(printed: string): string[][] {
  const lines = printed.split('\n');
  const rule = lines.findIndex((line) => /^-[- ]+$/.test(line));
  return lines
    .slice(rule + 1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
}
