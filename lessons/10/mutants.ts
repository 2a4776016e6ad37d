/** Makes ten wrong chats, each by one small edit, and lets two suites judge them: how many does each test catch? */
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';
import { type Edit, type Outcome, runSuites } from './run-suites.ts';

/** A wrong chat: what it does, and the edit that makes it. */
type Mutant = { name: string; edit: Edit };

const MUTANTS: Mutant[] = [
  {
    name: 'the sender does not hear it',
    edit: {
      file: 'chat.ts',
      find: "broadcast(room, { type: 'chat', seq, ...said })",
      replace: "broadcast(room, { type: 'chat', seq, ...said }, socket)",
    },
  },
  {
    name: 'the same id is said again',
    edit: { file: 'chat.ts', find: 'if (isNew) broadcast', replace: 'broadcast' },
  },
  {
    name: 'everyone hears the ack',
    edit: {
      file: 'chat.ts',
      find: "send(socket, { type: 'ack', id, seq, at: room.now() })",
      replace: "broadcast(room, { type: 'ack', id, seq, at: room.now() })",
    },
  },
  {
    name: 'Alice and alice are two',
    edit: {
      file: 'chat.ts',
      find: 'other.toLowerCase() === username.toLowerCase()',
      replace: 'other === username',
    },
  },
  {
    name: 'who left keeps the name',
    edit: { file: 'chat.ts', find: '      room.usernames.delete(socket);\n', replace: '' },
  },
  {
    name: 'an old epoch is not noticed',
    edit: { file: 'history.ts', find: 'theirs !== epoch || ', replace: '' },
  },
  {
    name: 'a page has one too many',
    edit: { file: 'history.ts', find: 'seq - before + page)', replace: 'seq - before + page + 1)' },
  },
  {
    name: 'a silent link gets close()',
    edit: { file: 'heartbeat.ts', find: 'socket.terminate()', replace: 'socket.close()' },
  },
  {
    name: 'all pings in one moment',
    edit: { file: 'heartbeat.ts', find: 'random() * EVERY', replace: 'EVERY' },
  },
  {
    name: 'a timer runs after the end',
    edit: {
      file: 'heartbeat.ts',
      find: "  socket.on('close', () => clock.clearTimeout(timer));\n",
      replace: '',
    },
  },
];

/** In the order of their tests. */
const SUITES = { weak: './weak.test.ts', strong: './chat.test.ts' };

type Judged = { name: string; weak: Outcome[]; strong: Outcome[] };

await runExperiment({ title: 'Ten wrong chats, and two suites', seconds: 30 }, async (progress) => {
  const copies = [undefined, ...MUTANTS].map((mutant) => mutant?.edit);
  const outcomes = await runSuites(copies, Object.values(SUITES), (done, of) => {
    progress(done / of, `${done} of ${of} runs`);
  });
  const [right, ...wrong] = outcomes.map((suites, at): Judged => {
    const [weak = [], strong = []] = suites;
    return { name: MUTANTS[at - 1]?.name ?? 'the right chat', weak, strong };
  });
  if (!right) throw new Error('No test was run.');
  return {
    chart: {
      title: 'What each further test adds',
      x: 'Tests, in the order of their file',
      y: `Wrong chats that are caught, of ${wrong.length}`,
      series: [
        { name: 'the strong suite', points: caughtBy(wrong.map(({ strong }) => strong)) },
        { name: 'the weak suite', points: caughtBy(wrong.map(({ weak }) => weak)) },
      ],
    },
    table: [
      ['The chat', 'Weak: tests that fail', 'Strong: tests that fail'],
      ...[right, ...wrong].map(({ name, weak, strong }) => [name, countOf(weak), countOf(strong)]),
    ],
  };
});

function countOf(outcomes: Outcome[]): string {
  return String(outcomes.filter(({ failure }) => failure).length);
}

/** For each number of tests, how many wrong chats these first tests catch. @param judged by the wrong chat */
function caughtBy(judged: Outcome[][]): Point[] {
  const firsts = judged
    .map((outcomes) => outcomes.findIndex(({ failure }) => failure))
    .filter((at) => at >= 0);
  const tests = judged[0]?.length ?? 0;
  return Array.from({ length: tests + 1 }, (_, n): Point => [n, firsts.filter((at) => at < n).length]);
}
