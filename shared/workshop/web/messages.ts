/** What a page of the workshop and its server say to each other over their WebSocket. */
import type { TestResult, Verdict } from '#shared/check/verdict.ts';
import type { Chart, Result } from '#shared/lesson/experiment/report.ts';

/** What the page wants. `look` comes first: which lesson or exercise is on it. */
export type Wish =
  | { type: 'look'; folder: string }
  /** A change that the lesson's text has, by its name: the server runs as a copy with this change. */
  | { type: 'apply'; name: string }
  /** A program that the lesson's text has, by its name. */
  | { type: 'program'; name: string }
  | { type: TaskWish }
  | { type: (typeof WISHES)[number] };

/** What a page may ask for about the two-minute task: make a copy and run it, edit it, start over, run the lesson again. */
export type TaskWish = (typeof TASK_WISHES)[number];

export type News =
  | ({ type: 'server' } & ServerNews)
  /** `all`: these are all lines; else they are added. */
  | { type: 'log'; lines: LogLine[]; all: boolean }
  | ({ type: 'check' } & CheckNews)
  | ({ type: 'task' } & TaskNews)
  | ({ type: 'program' } & ProgramNews)
  | { type: 'diff'; lines: string[] }
  | ({ type: 'progress' } & States)
  /** A sentence for the learner: what happened to their wish. */
  | { type: 'note'; text: string; about?: 'task' };

/** How far the learner is. */
export type States = {
  /** By folder: the state of each exercise, and 'read' for each lesson that was. */
  states: Record<string, string>;
  /** Why a state may be missing or wrong. */
  trouble?: string | undefined;
};

export type ServerNews = {
  state: 'stopped' | 'starting' | 'running' | 'crashed';
  /** Where its page is, while it runs. */
  url?: string;
  /** What is wrong. */
  sentence?: string;
  /** Another number: the page must be loaded again. */
  fresh?: number;
  /** Whether it is the learner's own copy of the server. */
  isOwn?: boolean;
  /** The name of the change with which it runs: then it is a copy. */
  change?: string;
};

export type LogLine = { kind: 'out' | 'err' | 'note'; text: string; at: number };

/** How the learner's copy of a lesson's server does. */
export type TaskNews = {
  /** The file to work in, named from the root. */
  file: string;
  /** 'untouched': it is word for word what the lesson has. */
  copy: 'none' | 'untouched' | 'begun';
  /** Whether the stage runs it. */
  isOn: boolean;
  isChecking: boolean;
  /** Of a copy that was changed: the tests, without conversations. */
  tests?: TestResult[];
  /** What was said in the first test that fails, as lines. */
  said?: string[];
  /** Why it could not be checked. */
  problem?: string;
};

/** How a program of the text does: the one that runs, or the one that ran last. */
export type ProgramNews = {
  name: string;
  /** 'ended': somebody ended it before it was done. */
  state: 'running' | 'done' | 'failed' | 'ended';
  /** How far it is, from 0 to 1, what it does now, and what it has measured so far. */
  progress?: { done: number; text: string; chart?: Chart };
  result?: Result;
  /** Why it failed. */
  sentence?: string;
};

export type CheckNews = {
  isChecking: boolean;
  /** Whether the learner has changed nothing yet: what fails then is what is to come. */
  isStarter?: boolean;
  /** Without conversations: their messages may be long. */
  verdict?: Verdict;
  /** What was said in the first test that fails, as lines. */
  said?: string[];
  /** Why there is no verdict, where the check itself failed. */
  failure?: string | undefined;
  /** The mistake that was probably made. */
  probably?: { sentence: string; isGuess: boolean };
  /** Hints for the first test that fails: the shown ones, of how many. */
  hints?: { shown: TextPart[][]; of: number };
  /** Other right answers, once it is solved. */
  others?: string[];
};

/** A piece of a text: words, code, or a link. */
export type TextPart = { text: string; isCode?: boolean; href?: string };

/** What an error says to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const TASK_WISHES = ['try', 'try-edit', 'try-reset', 'try-stop'] as const;

/** Whether a wish is about the two-minute task. */
export function isTaskWish(type: string): type is TaskWish {
  return TASK_WISHES.some((wish) => wish === type);
}

const WISHES = [
  /** The end of the text was in view. */
  'read',
  'start',
  'stop',
  'restart',
  'undo',
  'end-program',
  'check',
  'hint',
  'diff',
  'reset',
  'edit',
] as const;

/** Reads what came over the network. Undefined where it is no wish. */
export function readWish(text: string): Wish | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'look' && 'folder' in value && typeof value.folder === 'string') {
    return { type: 'look', folder: value.folder };
  }
  if (typeof value.type === 'string' && isTaskWish(value.type)) return { type: value.type };
  const isNamed = value.type === 'apply' || value.type === 'program';
  if (isNamed && 'name' in value && typeof value.name === 'string') {
    return { type: value.type === 'apply' ? 'apply' : 'program', name: value.name };
  }
  const type = WISHES.find((wish) => wish === value.type);
  return type === undefined ? undefined : { type };
}
