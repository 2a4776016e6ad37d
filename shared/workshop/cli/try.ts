/** `npm run try 01`: makes a copy of a lesson's server for its two-minute task, and checks it on every save. */
import { createJudge } from '#shared/check/judge.ts';
import { hasTask, loadTask, type Task } from '#shared/check/task.ts';
import type { TestResult } from '#shared/check/verdict.ts';
import { lessonNumbers } from '#shared/course/course.ts';
import { copyFolder, fileOfCopy, makeCopy } from '#shared/course/own-copy.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import { visible } from '#shared/lesson/visible.ts';
import { openTaskSession, type TaskState } from '../task-session.ts';
import { hasColour, type Look, painter, widthOf, wrap } from './print.ts';
import { run } from './run.ts';

const USAGE = 'Which lesson? npm run try 03 -- --once checks once, and ends.';

await run(2, async () => {
  const asked = process.argv.slice(2).filter((word) => word !== '--once');
  const isOnce = asked.length < process.argv.length - 2 || !process.stdout.isTTY;
  const [number = '', ...more] = asked;
  if (!/^\d+$/.test(number) || more.length > 0) throw new Error(USAGE);
  const task = await loadTask(lessonOf(number));
  if (!task) throw new Error(`Lesson ${number} has no two-minute task.`);
  const { lesson } = task;
  const made = makeCopy(lesson);
  const look = { colour: hasColour(process.stdout), width: widthOf(process.stdout) };
  print(introduce(task, made, look));
  return follow(task, isOnce, look);
});

/** The lesson with this number, as a person may write it. @throws a sentence, where none has a task */
function lessonOf(asked: string): string {
  const numbers = lessonNumbers().filter((number) => hasTask(`lessons/${number}`));
  const number = asked.padStart(2, '0');
  if (numbers.includes(number)) return `lessons/${number}`;
  throw new Error(`There is no two-minute task ${asked}. There are: ${numbers.join(', ')}.`);
}

/** Says what the task is, where one works, and how to run it. */
function introduce({ lesson, title, number, file }: Task, made: string[], look: Look): string[] {
  const paint = painter(look);
  const words = made.length > 0 ? 'Your copy was made' : 'Your copy is there already';
  return [
    '',
    paint('bold', `  Two minutes, lesson ${number}: ${title}`),
    ...wrap(`The task is in ${lesson}/README.md, under "Two minutes".`, '  ', look),
    '',
    ...wrap(`${words}. Edit ${fileOfCopy(lesson, file)}`, '  ', look),
    `  Run it: npx tsx ${fileOfCopy(lesson)}`,
    ...wrap(`To start over, delete the folder ${copyFolder(lesson)}, and run this again.`, '  ', look),
    '',
  ];
}

/** Checks on each save, and prints what was found. Gives the exit code, where it checks only once. */
async function follow(task: Task, isOnce: boolean, look: Look): Promise<number> {
  const judge = createJudge({ keepSpare: !isOnce });
  return new Promise((resolve) => {
    let last = '';
    const session = openTaskSession(
      task.lesson,
      async () => task,
      () => judge,
      async (state) => {
        if (state.isChecking) return;
        const lines = report(state, look);
        // To save the same text twice is no news.
        if (lines.join() !== last) print(lines);
        last = lines.join();
        if (!isOnce) return;
        session.end();
        await judge.end();
        resolve(state.trouble !== undefined ? 2 : state.verdict?.solved ? 0 : 1);
      },
    );
    if (!isOnce) print(['  It is checked each time you save. Ctrl-C ends this.', '']);
  });
}

/** What there is to say about a copy. */
function report({ copy, verdict, trouble }: TaskState, look: Look): string[] {
  const paint = painter(look);
  if (trouble !== undefined) return [...wrap(`The check itself failed. ${trouble}`, '  ', look), ''];
  if (!verdict) {
    const words = copy === 'none' ? 'The copy is gone. Run this again.' : "It is the lesson's server so far.";
    return [`  ${words}`, ''];
  }
  const { problem, tests, solved } = verdict;
  if (problem !== undefined) {
    return [...wrap(visible(problem), '  ', look).map((line) => paint('red', line)), ''];
  }
  const lines = tests.flatMap(({ title, passed }) => {
    const [first = '', ...more] = wrap(title, '    ', look);
    return [`  ${passed ? paint('green', '✓') : paint('red', '✗')} ${first.trimStart()}`, ...more];
  });
  if (solved) return [...lines, '', paint('green', '  Done. That was the task.'), ''];
  return [...lines, '', ...whatIsWrong(tests, look), ''];
}

/** The first test that fails: what is wrong, and what was said. */
function whatIsWrong(tests: TestResult[], look: Look): string[] {
  const failed = tests.find(({ passed }) => !passed);
  if (!failed) return [];
  return [
    ...wrap(visible(failed.sentence ?? ''), '    ', look),
    '',
    ...printConversation(failed.conversation ?? [], (look.width ?? 80) - 4).map((line) => `    ${line}`),
  ];
}

function print(lines: string[]): void {
  console.log(lines.join('\n'));
}
