/** What can go wrong with an answer, and the sentences that a learner reads about it. */
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '#shared/course/root.ts';

/** Why a server can't go on. */
export type Problem =
  | { kind: 'unreadable'; why: string }
  | { kind: 'broken'; file: string; line: number; message: string }
  | { kind: 'crashed'; name: string; message: string; stack: string }
  | { kind: 'ended'; code: number | null; signal: string | null; printed: string }
  | { kind: 'stuck' }
  | { kind: 'greedy' }
  | { kind: 'silent' };

/** A server that does not start, does not listen, or no longer answers. */
export class ServerProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** An answer that behaves wrongly. The message is the sentence for the learner. */
export class WrongAnswer extends Error {}

/** A server that sends more than a client can take: it would spoil the tests that follow, too. */
export class Flood extends WrongAnswer {
  constructor(name: string, most: string) {
    super(`${name} got more than ${most} within one test. Does the server send in a loop?`);
  }
}

export const NOT_TRIED = 'Not tried: mend the tests above first.';
export const TOO_LONG = 'This took too long: the check gave up on it.';
export const PAGE_LOOPS = 'The page does not answer: is there an endless loop in client.ts?';

export function notConnected(name: string, refusal = ''): string {
  return `${name} could not connect: the server did not accept the WebSocket handshake.${refusal}`;
}

/**
 * What happened to a server, in a sentence with the learner's own file and line.
 *
 * @param file the file in which the learner works
 * @param starting whether it happened before the server listened
 */
export function describeProblem(problem: Problem, file: string, starting: boolean): string {
  const name = displayPath(file);
  switch (problem.kind) {
    case 'unreadable':
      return problem.why.startsWith('The folder')
        ? `${problem.why} git restore brings it back.`
        : `${problem.why} "Start over" (npm run reset) brings the starter back.`;
    case 'broken': {
      const place = `${displayPath(problem.file)}:${problem.line}`;
      const missing = /^Could not resolve "(.*)"$/.exec(problem.message)?.[1];
      if (missing !== undefined) return `${place} imports ${missing}, but there is no such file.`;
      return `${place} does not parse: ${problem.message}`;
    }
    case 'crashed': {
      const line = lineIn(problem.stack, file);
      const what = `${problem.name}: ${problem.message.split('\n')[0]?.replaceAll(ROOT, '')}`;
      return `The server crashed${starting ? ' at its start' : ''}: ${what} (${line ?? name})`;
    }
    case 'ended': {
      const last = problem.printed.trim().split('\n').at(-1);
      if (problem.printed.includes('heap out of memory')) return outOfMemory(name);
      const how =
        problem.signal === null ? `with exit code ${problem.code}` : `by the signal ${problem.signal}`;
      return `The server's process ended by itself, ${how}.${last ? ` It printed last: ${last}` : ''}`;
    }
    case 'greedy':
      return outOfMemory(name);
    case 'stuck':
      return `The server does not answer any more: is there an endless loop in ${name}?`;
    case 'silent':
      return `${name} runs, but it never listens. Is there a server, and does it listen?`;
  }
}

function outOfMemory(name: string): string {
  return `The server ran out of memory. Does something in ${name} grow without end?`;
}

/** The sentence about an error that a test threw. @throws what is no fault of the answer's */
export function describeError(error: unknown, file: string, starting = false): string {
  if (error instanceof WrongAnswer) return error.message;
  if (error instanceof ServerProblem) return describeProblem(error.problem, file, starting);
  throw error;
}

function lineIn(stack: string, file: string): string | undefined {
  const url = pathToFileURL(file).href;
  const at = stack.split('\n').find((line) => line.includes(file) || line.includes(url));
  const position = at && /:(\d+):\d+\)?$/.exec(at.replace(/\?run=\d+/, ''));
  return position ? `${displayPath(file)}:${position[1]}` : undefined;
}

/** A file's path as a learner knows it: from the root of the course, where it is in there. */
export function displayPath(file: string): string {
  const fromRoot = relative(ROOT, file);
  return fromRoot.startsWith('..') ? file : fromRoot.replaceAll('\\', '/');
}
