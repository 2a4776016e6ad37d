/** Blocks of a text: which can be run, and by which name. */
import { expect, test } from 'vitest';
import { nameOf, programOf, readBlocks } from './blocks.ts';

test.each([
  ['js a right', 'a'],
  ['bytes a', 'a'],
  ['sh a', 'a'],
  ['diff server.ts a', 'a'],
  ['diff server.ts', undefined],
  ['sh', undefined],
  ['console a', undefined],
  ['ts server.ts', undefined],
])('```%s can be run as %s', (info, name) => {
  expect(nameOf({ info: info.split(' ') })).toBe(name);
});

test.each([
  ['sh a', 'npx tsx lessons/09/some-program.ts', 'lessons/09/some-program.ts'],
  ['sh a', 'npx tsx lessons/08/program.ts', undefined],
  ['sh a', 'npx tsx lessons/09/../08/program.ts', undefined],
  ['sh a', 'npx tsx lessons/09/x/program.ts', undefined],
  ['sh a', 'npx tsx /lessons/09/program.ts', undefined],
  ['sh a', 'npx tsx lessons/09/program.test.ts', undefined],
  ['sh a', 'npx tsx lessons/09/program.ts --all', undefined],
  ['sh a', 'npx tsx lessons/09/program.ts; rm x.ts', undefined],
  ['sh a', 'npx tsx lessons/09/program.ts\nrm x.ts', undefined],
  ['sh a', 'npx tsx  lessons/09/program.ts', undefined],
  ['sh a', 'npm start', undefined],
  ['js a', 'npx tsx lessons/09/program.ts', undefined],
])('```%s with %j runs %s', (info, text, file) => {
  const [block] = readBlocks(`\`\`\`${info}\n${text}\n\`\`\``);
  expect(block && programOf(block, 'lessons/09')).toBe(file);
});
