/** What an exercise.test.ts is written with: an exercise, its parts, and their tests. */
import { fileOf } from '#shared/course/exercise.ts';

import type { ModuleRoom } from './module-room.ts';
import type { Oracle } from './oracle.ts';
import type { Exercise, ExerciseTest, Part } from './part.ts';
import type { ClockRoom, PageRoom, Room } from './room.ts';
import { WHATEVER_ELSE } from './titles.ts';

export type { Exercise, Part };

/** Describes one test. The title is a sentence about what the answer does. */
export function test<R = Room>(title: string, run: (room: R) => Promise<void>): ExerciseTest<R> {
  return { title, run };
}

/**
 * Describes an exercise.
 *
 * @param folder where it is, named from the root: 'exercises/03'
 * @param parts what is judged, in this order
 */
export function exercise(about: { folder: string; title: string; parts: Part[] }): Exercise {
  const number = about.folder.replace('exercises/', '');
  return { ...about, number, solution: `solutions/${number}` };
}

/**
 * The part server.ts: it runs as a server in a process of its own, started anew for each test.
 *
 * @param oracle what else is held, after the tests: where it is given, there is one test more
 * @param options clock: 'own' gives the server a clock of the check's, which stands still until room.pass(ms). Without it
 *   the server has the real one
 */
export function server(tests: ExerciseTest[], oracle?: Oracle): Part;
export function server(
  tests: ExerciseTest<ClockRoom>[],
  oracle: Oracle | undefined,
  options: { clock: 'own' },
): Part;
export function server(
  tests: ExerciseTest<ClockRoom>[],
  oracle?: Oracle,
  { clock }: { clock?: 'own' } = {},
): Part {
  return {
    file: 'server.ts',
    tests: oracle ? [...tests, { title: WHATEVER_ELSE }] : tests,
    // Loaded when it is needed: who only lists the exercises does not wait for a compiler.
    async judge(answer, tools, isWanted, folder) {
      const { judgeServer } = await import('./judge-server.ts');
      const asked = oracle && isWanted(WHATEVER_ELSE) ? { oracle, folder } : undefined;
      return judgeServer(select(tests, isWanted), fileOf(answer, 'server.ts'), tools, { asked, clock });
    },
  };
}

/**
 * The part client.ts: it runs in a real browser, in the page of a server that is right.
 *
 * @param against that server's file, named from the root: 'lessons/06/server.ts'
 */
export function page(against: string, tests: ExerciseTest<PageRoom>[]): Part {
  return {
    file: 'client.ts',
    tests,
    async judge(answer, tools, isWanted) {
      const { judgePage } = await import('./judge-page.ts');
      return judgePage(select(tests, isWanted), fileOf(answer, 'client.ts'), against, tools);
    },
  };
}

/**
 * A part that is a module, as 'reconnecting-socket.ts': it runs in a process of its own, loaded anew for each test, with
 * a clock and a random of the check's, and talks to a server of the check.
 */
export function module(file: string, tests: ExerciseTest<ModuleRoom>[]): Part {
  return {
    file,
    tests,
    async judge(answer, tools, isWanted) {
      const { judgeModule } = await import('./judge-module.ts');
      return judgeModule(select(tests, isWanted), fileOf(answer, file), tools);
    },
  };
}

function select<T extends { title: string }>(tests: T[], isWanted: (title: string) => boolean): T[] {
  return tests.filter(({ title }) => isWanted(title));
}
