/** A judge that judges for long keeps nothing of a test that is over. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { program, server, useBench, WELCOME } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ModuleRoom } from './module-room.ts';

const { judge, judgeModule } = useBench(2);

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Whether nobody keeps it, when all that was promised is settled. */
async function isForgotten(kept: WeakRef<object> | undefined): Promise<boolean> {
  for (let turns = 0; turns < 10; turns += 1) {
    await setImmediate();
    collect();
  }
  return kept?.deref() === undefined;
}

test('nothing of a client, though the process of its server lives on', async () => {
  const kept: WeakRef<object>[] = [];
  const greets = exerciseTest('it greets', async ({ connect, breakProtocol }) => {
    const alice = await connect('alice');
    kept.push(new WeakRef(alice.link.heard));
    await breakProtocol('mallory');
    await alice.receives({ type: 'welcome' });
  });
  // The process knows who reads what it prints: the last answer's trial, up to the next one.
  for (let times = 0; times < 2; times += 1) {
    const { solved } = await judge(server("socket.on('error', () => {});", WELCOME), [greets]);
    expect(solved).toBe(true);
  }
  expect(await isForgotten(kept[0])).toBe(true);
});

test('nothing that was told of a module, though its process lives on', async () => {
  let kept: WeakRef<object> | undefined;
  const { solved } = await judgeModule(program('export const open = () => ({ add: (a, b) => [a + b] });'), [
    exerciseTest<ModuleRoom>('it adds', async ({ make }) => {
      const sum = await (await make('open')).call('add', 1, 2);
      expect(sum).toEqual([3]);
      kept = new WeakRef(Object(sum));
    }),
  ]);
  expect(solved).toBe(true);
  expect(await isForgotten(kept)).toBe(true);
});
