/** The experiments of lesson 11, and what its text says about them. */
import { expect } from 'vitest';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. Far more than anything here needs. */
const PATIENCE = { timeout: 30_000, interval: 20 };

testExperiments('lessons/11', {
  'too-large': async (bench) => {
    await bench.client('left');
    await bench.run('too-large');
    await expect.poll(bench.printed, PATIENCE).toMatch(/Closed with \d+\./);
    const printed = await bench.printed();
    const answers = printed.split('An answer: not-json').length - 1;
    return [
      answers === 2,
      answers === 1 && printed.includes('Closed with 1009.'),
      printed.includes('Closed with 1008.'),
    ];
  },

  'too-fast': async (bench) => {
    await bench.client('left');
    await bench.run('too-fast');
    await expect.poll(bench.printed, PATIENCE).toContain('"reason":');
    const printed = await bench.printed();
    const count = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(printed)?.[1] ?? 0);
    const [pongs, errors, code] = [count('pong'), count('too-fast'), count('code')];
    // On a slow machine some tokens come meanwhile.
    const isLimited = pongs >= 150 && pongs < 300;
    return [
      pongs === 400,
      isLimited && pongs + errors === 400,
      isLimited && errors >= 20 && errors < 60 && code === 1008,
    ];
  },

  forged: async (bench) => {
    await bench.apply('forged');
    await bench.client('left');
    await bench.run('forge');
    await expect.poll(bench.output, PATIENCE).toContain('A client left: code 1000');
    const isForged = (await bench.output()).split('\n').includes("The admin gave all rights to mallory. ''.");
    return [!isForged, isForged];
  },

  proto: async (bench) => {
    await bench.client('left');
    await bench.run('proto');
    await expect.poll(bench.printed, PATIENCE).toContain('The server says:');
    const printed = await bench.printed();
    expect(printed).toContain('The server says: type,at');
    const isAdmin = printed.includes('Somebody else is an admin: true');
    return [!isAdmin, isAdmin];
  },

  assault: async (bench) => {
    const printed = await bench.program('assault');
    const rows = printed.split('\n').map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
    const row = (name: string) => {
      const cells = rows.find(([first]) => first === name)?.slice(1) ?? [];
      const [took = '', memory, errors, crowd = '', lines] = cells;
      const [letIn = 0, names = 0] = crowd.split(', ').map(Number);
      const unheard = Number(took.split('; ')[1]);
      return { unheard, memory: Number(memory), errors: Number(errors), letIn, names, lines: Number(lines) };
    };
    const whole = row('whole');
    expect(whole).toMatchObject({ unheard: 0, errors: 20 });
    expect(whole.letIn).toBeLessThanOrEqual(250);
    expect(whole.lines).toBeLessThan(800);
    for (const answer of [
      'a thousand fragments: closed with 1008',
      'null: bad-message',
      'no JSON: not-json',
    ]) {
      expect(printed).toContain(answer);
    }
    expect(printed).not.toContain('no answer');
    // Counted, or large: none of these depends on how fast the machine is.
    const gaps = [
      row('any size').memory > whole.memory + 80,
      row('any pace').letIn < whole.letIn,
      row('any errors').errors > 5_000,
      row('any joins').names > whole.names + 50,
      row('any guests').letIn > whole.letIn + 20,
      row('any log').lines > whole.lines + 100,
    ];
    return [gaps.every((isFelt) => !isFelt), gaps.every(Boolean), false];
  },
});
