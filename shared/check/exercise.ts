/** What an exercise.test.ts is written with: an exercise, its parts, and their tests. */
import { fileOf } from '#shared/course/exercise.ts';

import type { ModuleRoom } from './module-room.ts';
import type { Oracle } from './oracle.ts';
import type { Exercise, ExerciseTest, Part } from './part.ts';
import { NOT_TRIED } from './problems.ts';
import type { ClockRoom, PageRoom, Room } from './room.ts';
import { type SuiteAbout, titlesOf } from './suite-about.ts';
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
    tests: tests.map(({ title }) => ({ title, needsBrowser: true })),
    async judge(answer, tools, isWanted) {
      const { judgePage } = await import('./judge-page.ts');
      return judgePage(select(tests, isWanted), fileOf(answer, 'client.ts'), against, tools);
    },
  };
}

/** A lesson's page, with the learner's module in place of the lesson's of the same name. */
type InPage = {
  /** The lesson's server, which is right, named from the root: 'lessons/07/server.ts' */
  against: string;
  tests: ExerciseTest<PageRoom>[];
};

/**
 * A part that is a module, as 'reconnecting-socket.ts': it runs in a process of its own, loaded anew for each test, with
 * a clock and a random of the check's, and talks to a server of the check.
 *
 * @param page where it is judged after that, when all tests before have passed: a browser takes its time
 */
export function module(file: string, tests: ExerciseTest<ModuleRoom>[], page?: InPage): Part {
  const inPage = page?.tests.map(({ title }) => ({ title, needsBrowser: true })) ?? [];
  return {
    file,
    tests: [...tests, ...inPage],
    async judge(answer, tools, isWanted) {
      const path = fileOf(answer, file);
      const { judgeModule } = await import('./judge-module.ts');
      const found = await judgeModule(select(tests, isWanted), path, tools);
      const left = select(page?.tests ?? [], isWanted);
      if (!page || left.length === 0) return found;
      const sentence = found.problem ?? NOT_TRIED;
      if (found.tests.some(({ passed }) => !passed))
        return {
          ...found,
          tests: [...found.tests, ...left.map(({ title }) => ({ title, passed: false, sentence }))],
        };
      const { judgeModuleInPage } = await import('./judge-page.ts');
      const { tests: more, ...rest } = await judgeModuleInPage(left, file, path, page.against, tools);
      return { ...rest, tests: [...found.tests, ...more], whatNotJudged: `${file} in a page` };
    },
  };
}

/**
 * A part that is a suite of tests, as 'chat.test.ts': it runs in processes of its own, against programs that are right, and
 * against wrong ones.
 */
export function suite(file: string, about: SuiteAbout): Part {
  return {
    file,
    tests: titlesOf(about).map((title) => ({ title })),
    whyNoMutants:
      'The check breaks the program that the suite tests. What a suite lacks is in mistakes.ts, one assertion at a time.',
    async judge(answer, tools, isWanted) {
      const { judgeSuite } = await import('./judge-suite.ts');
      return judgeSuite(about, fileOf(answer, file), tools, isWanted);
    },
  };
}

/** The titles of the tests for which a browser is needed. */
export function browserTests({ parts }: Exercise): Set<string> {
  const all = parts.flatMap(({ tests }) => tests);
  return new Set(all.filter(({ needsBrowser }) => needsBrowser).map(({ title }) => title));
}

/** The same exercise without the tests for which a browser is needed. */
export function withoutBrowser(exercise: Exercise): Exercise {
  const left = browserTests(exercise);
  const parts = exercise.parts.map((part): Part => {
    const tests = part.tests.filter(({ title }) => !left.has(title));
    const judge: Part['judge'] = (answer, tools, isWanted, folder) =>
      part.judge(answer, tools, (title) => isWanted(title) && !left.has(title), folder);
    return { ...part, tests, judge };
  });
  return { ...exercise, parts: parts.filter(({ tests }) => tests.length > 0) };
}

function select<T extends { title: string }>(tests: T[], isWanted: (title: string) => boolean): T[] {
  return tests.filter(({ title }) => isWanted(title));
}
