/** What can go wrong with an answer, and the sentences that a learner reads about it. */
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
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

/** What ran in a process. */
export type Who = 'server' | 'module' | 'suite';

type Crash = Extract<Problem, { kind: 'crashed' }>;

/** A server that does not start, does not listen, or no longer answers. */
export class ServerProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** An answer that behaves wrongly. The message is the sentence for the learner. */
export class WrongAnswer extends Error {
  /** What should have come, where a message is missing: its pattern, whole. */
  readonly expected: string | undefined;

  constructor(sentence: string, expected?: string) {
    super(sentence);
    this.expected = expected;
  }
}

/** A server that sends more than a client can take: it would spoil the tests that follow, too. */
export class Flood extends WrongAnswer {
  constructor(name: string, most: string) {
    super(`${name} got more than ${most} within one test. Does the server send in a loop?`);
  }
}

export const NOT_TRIED = 'Not tried: mend the tests above first.';
export const TOO_LONG = 'This took too long: the check gave up on it.';

/** @param name that of the learner's file */
export function pageLoops(name: string): string {
  return `The page does not answer: is there an endless loop in ${name}?`;
}

export function notConnected(name: string, refusal = ''): string {
  return `${name} could not connect: the server did not accept the WebSocket handshake.${refusal}`;
}

/**
 * What happened to a server, in a sentence with the learner's own file and line.
 *
 * @param file the file in which the learner works
 * @param starting whether it happened before the server listened
 * @param who what ran there
 */
export function describeProblem(
  problem: Problem,
  file: string,
  starting: boolean,
  who: Who = 'server',
): string {
  const name = displayPath(file);
  switch (problem.kind) {
    case 'unreadable':
      return problem.why.startsWith('The folder')
        ? `${problem.why} git restore brings it back.`
        : `${problem.why} "Start over" (npm run reset) brings the starter back.`;
    case 'broken': {
      const place = `${displayPath(problem.file)}:${problem.line}`;
      return `${place} ${whatIsBroken(problem.message)}`;
    }
    case 'crashed':
      return describeCrash(problem, file, starting, who);
    case 'ended': {
      const last = problem.printed.trim().split('\n').at(-1);
      if (problem.printed.includes('heap out of memory')) return outOfMemory(name, who);
      const how =
        problem.signal === null ? `with exit code ${problem.code}` : `by the signal ${problem.signal}`;
      return `The ${who}'s process ended by itself, ${how}.${last ? ` It printed last: ${last}` : ''}`;
    }
    case 'greedy':
      return outOfMemory(name, who);
    case 'stuck':
      return `The ${who} does not answer any more: is there an endless loop in ${name}?`;
    case 'silent':
      if (who === 'module') return `${name} is never loaded: does it wait for something at its top?`;
      return `${name} runs, but it never listens. Is there a server, and does it listen?`;
  }
}

function outOfMemory(name: string, who: string): string {
  return `The ${who} ran out of memory. Does something in ${name} grow without end?`;
}

/** The sentence about an error that a test threw. @throws what is no fault of the answer's */
export function describeError(error: unknown, file: string, starting = false, who: Who = 'server'): string {
  if (error instanceof WrongAnswer) return error.message;
  if (error instanceof ServerProblem) return describeProblem(error.problem, file, starting, who);
  throw error;
}

/** What esbuild says, in other words. */
function whatIsBroken(message: string): string {
  const [, missing] = /^Could not resolve "(.*)"$/.exec(message) ?? [];
  if (missing !== undefined) return `imports ${whatIsNotThere(missing)}`;
  const [, from = '', name] = /^No matching export in "(.*)" for import "(.*)"$/.exec(message) ?? [];
  return name === undefined ? `does not parse: ${message}` : `imports ${noExport(name, from)}`;
}

function whatIsNotThere(path: string): string {
  if (/^[./#]/.test(path)) return `${path}, but there is no such file.`;
  if (isBuiltin(path)) return `${path}, which only Node has. A browser does not.`;
  const isFile = /^[^@].*\.[cm]?ts$/.test(path);
  const name = path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
  return isFile
    ? `the package ${path}, which is not installed. The path of a file begins with ./ or ../.`
    : `the package ${name}, which is not installed.`;
}

function noExport(name: string, from: string): string {
  if (name === 'default') return `the default of ${from}, which has no default export.`;
  return `{ ${name} } from ${from}, which has no export ${name}.`;
}

/** A package that has no export of this name, as node says it: of an ES module, and of a CommonJS one. */
const NO_EXPORT =
  /^The requested module '(?<from>.*)' does not provide an export named '(?<name>.*)'|^Named export '(?<named>.*)' not found\. The requested module '(?<common>.*)' is/;

/** What a socket of ws says that could not connect, or was cut. No code of the learner's is on the stack then. */
const SOCKET_ERROR =
  /^(read|write|connect) E[A-Z]+|^socket hang up|^WebSocket was closed before|^Unexpected server response/;

function describeCrash({ name, message, stack }: Crash, file: string, starting: boolean, who: Who): string {
  const place = placeIn(stack, file) ?? displayPath(file);
  const { from, name: missing, named, common } = NO_EXPORT.exec(message)?.groups ?? {};
  if (starting && (missing ?? named))
    return `${place} imports ${noExport(missing ?? named ?? '', from ?? common ?? '')}`;
  const [, absent] = /^Cannot find package '(.*?)' imported from /.exec(message) ?? [];
  if (absent !== undefined) return `${place} imports ${whatIsNotThere(absent)}`;
  const text = message.split('\n')[0]?.replaceAll(ROOT, '');
  const what = isFrameError(stack)
    ? `a frame that ${/^Max payload/.test(message) ? 'is too large' : 'breaks the protocol'} makes its socket emit 'error' (${text}), and no listener handles it.`
    : who === 'module' && SOCKET_ERROR.test(message)
      ? `a socket emits 'error' (${text}), and no listener handles it.`
      : `${name}: ${text}`;
  return `The ${who} crashed${starting ? ' at its start' : ''}: ${what} (${place})`;
}

/** Whether ws made the error when it read a frame: no code of the server's had a part in it. */
function isFrameError(stack: string): boolean {
  const [first = ''] = stack.split('\n').filter((line) => /^\s*at /.test(line));
  return /[\\/]ws[\\/]lib[\\/](receiver|permessage-deflate)\.js/.test(first);
}

/** The topmost place in the learner's own files: those in the folder of the answer. */
export function placeIn(stack: string, file: string): string | undefined {
  const folder = dirname(file);
  const isOwn = (path: string) => (isIn(folder, ROOT) ? path === file : !path.includes('node_modules'));
  for (const line of stack.split('\n')) {
    for (const start of [join(folder, '/'), `${pathToFileURL(folder).href}/`]) {
      const at = line.indexOf(start);
      const rest = at < 0 ? '' : line.slice(at + start.length);
      const [, path, number] = /^(.*?\.[cm]?[jt]s)(?:\?run=\d+)?:(\d+)(?::\d+)?\)?$/.exec(rest) ?? [];
      if (path !== undefined && isOwn(join(folder, path)))
        return `${displayPath(join(folder, path))}:${number}`;
    }
  }
  return undefined;
}

function isIn(folder: string, file: string): boolean {
  return !relative(folder, file).startsWith('..');
}

/** A file's path as a learner knows it: from the root of the course, where it is in there. */
export function displayPath(file: string): string {
  const fromRoot = relative(ROOT, file);
  return fromRoot.startsWith('..') ? file : fromRoot.replaceAll('\\', '/');
}
