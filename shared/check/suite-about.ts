/** What a suite of tests is judged by: types alone. */
import type { Edit } from '#shared/course/edit.ts';

/** A program that the suite is run against: the one of the course, with some changes. */
export type Program = {
  /** What it does, after "where": 'the chat takes 250 ms for an answer'. Of a wrong one nobody reads it. */
  name: string;
  /** `file`: named from the folder of the program. */
  edits?: (Edit & { file: string })[];
  /** Whether somebody has each port already that the suite chooses itself. */
  arePortsTaken?: boolean;
};

export type SuiteAbout = {
  /** The folder of the program that is tested, named from the root. */
  folder: string;
  /** The title of the test that the suite passes with the program as it is, and that each of its tests can fail. */
  title: string;
  /** Programs that do nothing of what they should. No test passes with all of them. */
  dead: Program[];
  /** Other programs that are right. */
  right: { title: string; programs: Program[] };
  /** Wrong programs. Each makes at least one test fail. `missed`: what the learner reads where none does. */
  wrong: { title: string; missed: string; programs: Program[] }[];
};

/** The titles of the tests, in their order. */
export function titlesOf({ title, right, wrong }: SuiteAbout): string[] {
  return [title, right.title, ...wrong.map((one) => one.title)];
}
