/** What somebody looks at: for each lesson and exercise that is on a page, its running server and its check. */
import type { WebSocket } from 'ws';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { hasTask } from '#shared/check/task.ts';
import type { Unit } from '#shared/course/outline.ts';
import { copyFolder } from '#shared/course/own-copy.ts';
import { type ExerciseCheck, openCheck } from './exercise-check.ts';
import { type LessonTask, openLessonTask } from './lesson-task.ts';
import type { News } from './messages.ts';
import { send, sendLines } from './outbox.ts';
import { createStageRunner, type StageRunner } from './stage-runner.ts';
import { createTextProgram, type TextProgram } from './text-program.ts';

/** Milliseconds: who loads a page again is away for less than this, and finds the server still running. */
const LINGER = 3000;

export type Place = {
  unit: Unit;
  viewers: Set<WebSocket>;
  runner: StageRunner;
  /** A lesson has none. */
  check: ExerciseCheck | undefined;
  /** The two-minute task of a lesson, where it has one. */
  task: LessonTask | undefined;
  /** The programs that its text has. */
  program: TextProgram;
  leaving: NodeJS.Timeout | undefined;
};

export type Places = {
  /** Where a page is, once it has said so. */
  of: (socket: WebSocket) => Place | undefined;
  /** Lets a page look at a lesson or an exercise, and at nothing else from now on. */
  arrive: (socket: WebSocket, unit: Unit) => void;
  leave: (socket: WebSocket) => void;
  /** Ends all servers and checks. */
  end: () => Promise<void>;
};

/** Nothing runs yet, and nothing goes on where nobody looks. */
export function createPlaces(): Places {
  const places = new Map<string, Place>();
  const where = new WeakMap<WebSocket, Place>();
  const judges = createJudges();

  function open(unit: Unit): Place {
    const viewers = new Set<WebSocket>();
    const tell = (news: News) => {
      for (const socket of viewers) send(socket, news);
    };
    const tellTask = () => {
      const news = place.task?.news();
      if (news) tell({ type: 'task', ...news });
    };
    const runner = createStageRunner(unit.folder, copyFolder(unit.folder), {
      state: (news) => tell({ type: 'server', ...news }),
      switched(lines) {
        tell({ type: 'log', lines, all: true });
        tellTask();
      },
      lines(lines) {
        for (const socket of viewers) {
          sendLines(socket, lines, () => (viewers.has(socket) ? runner.log() : undefined));
        }
      },
    });
    const place: Place = {
      unit,
      viewers,
      runner,
      check: undefined,
      task: undefined,
      program: createTextProgram((news) => tell({ type: 'program', ...news })),
      leaving: undefined,
    };
    places.set(unit.folder, place);
    if (unit.kind === 'exercise') {
      place.check = openCheck(unit.number, judges.open(), () => {
        if (place.check) tell({ type: 'check', ...place.check.news() });
      });
    } else if (hasTask(unit.folder)) {
      place.task = openLessonTask(unit.folder, runner, () => judges.open().answers, tellTask);
    }
    return place;
  }

  async function close(place: Place): Promise<void> {
    clearTimeout(place.leaving);
    places.delete(place.unit.folder);
    place.check?.end();
    place.task?.end();
    await Promise.all([place.program.end(), place.runner.end()]);
  }

  function leave(socket: WebSocket): void {
    const place = where.get(socket);
    if (!place?.viewers.delete(socket) || place.viewers.size > 0) return;
    place.leaving = setTimeout(() => close(place), LINGER);
  }

  return {
    of: (socket) => where.get(socket),
    arrive(socket, unit) {
      leave(socket);
      const place = places.get(unit.folder) ?? open(unit);
      clearTimeout(place.leaving);
      place.viewers.add(socket);
      where.set(socket, place);
      greet(socket, place);
    },
    leave,
    async end() {
      await Promise.all([...places.values()].map(close));
      await judges.end();
    },
  };
}

/** Tells a page how all is that it looks at. */
function greet(socket: WebSocket, { runner, check, task, program }: Place): void {
  send(socket, { type: 'server', ...runner.state() });
  send(socket, { type: 'log', lines: runner.log(), all: true });
  if (check) send(socket, { type: 'check', ...check.news() });
  const copy = task?.news();
  if (copy) send(socket, { type: 'task', ...copy });
  const ran = program.news();
  if (ran) send(socket, { type: 'program', ...ran });
}

/** The judges of all places. The first that has something to judge opens them. */
function createJudges() {
  let judges: { answers: Judge; known: Judge } | undefined;
  return {
    open() {
      judges ??= { answers: createJudge({ keepSpare: true }), known: createJudge({ reuse: true }) };
      return judges;
    },
    async end(): Promise<void> {
      await Promise.all([judges?.answers.end(), judges?.known.end()]);
    },
  };
}
