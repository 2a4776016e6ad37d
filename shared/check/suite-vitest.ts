/**
 * All that vitest gives to a test file, without its command, its server and its workers: they take most of a second to
 * start, and a verdict needs thirty runs. What stands here in their place is what vitest's own runner asks for.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SuiteOrder, SuiteRun, SuiteTest } from './suite-talk.ts';

const NO_TRACES = { $: (_name: string, _options: object, work: () => unknown) => work() };

type Task = {
  type: 'test' | 'suite';
  name: string;
  mode: string;
  tasks?: Task[];
  result?: { state?: string; errors?: { name?: string; message?: string; stack?: string }[] };
};

export async function createVitest() {
  const state = createState();
  Object.defineProperty(globalThis, '__vitest_worker__', {
    value: state,
    configurable: true,
    writable: true,
  });
  const { startTests, setSafeTimers } = await import('vitest/internal/browser' as string);
  setSafeTimers();
  const { TestRunner, vi, expect } = await import('vitest');

  class Runner extends TestRunner {
    bail = false;
    override importFile(): Promise<unknown> {
      // Each is compiled into a folder of its own: node has none of them yet.
      return import(pathToFileURL(state.compiled).href);
    }
    override onAfterRunTask(test: Parameters<InstanceType<typeof TestRunner>['onAfterRunTask']>[0]): void {
      super.onAfterRunTask(test);
      if (this.bail && test.result?.state === 'fail') super.cancel('test-failure');
    }
  }

  return {
    async run({
      file,
      source,
      bail,
      timeout,
    }: Pick<SuiteOrder, 'file' | 'source' | 'bail' | 'timeout'>): Promise<
      Pick<SuiteRun, 'tests' | 'errors'>
    > {
      Object.assign(state.config, { testTimeout: timeout, hookTimeout: timeout });
      state.compiled = file;
      state.filepath = source;
      const runner = new Runner(state.config as never);
      runner.bail = bail;
      runner.__setTraces(NO_TRACES as never);
      const [found] = await startTests([{ filepath: source }], runner);
      const tests: SuiteTest[] = [];
      const errors: SuiteRun['errors'] = [];
      collect(found, [], tests, errors);
      return { tests, errors };
    },
    /** Takes back what a suite has faked, mocked or set. */
    reset() {
      vi.useRealTimers();
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
      vi.resetConfig();
      expect.setState({ assertionCalls: 0 });
    },
    /** What a suite may have changed by its own hand. */
    async classes(): Promise<object[]> {
      const { WebSocket, WebSocketServer } = await import('ws');
      const { Server } = await import('node:http');
      const { EventEmitter } = await import('node:events');
      return [WebSocket, WebSocketServer, Server, EventEmitter].flatMap((one) => [one, one.prototype]);
    },
  };
}

/** What vitest's runner and its API ask for. */
function createState() {
  const config = {
    root: process.cwd(),
    name: '',
    mode: 'test',
    pool: 'forks',
    testTimeout: 0,
    hookTimeout: 0,
    retry: 0,
    allowOnly: true,
    passWithNoTests: false,
    setupFiles: [],
    maxConcurrency: 5,
    includeTaskLocation: false,
    tags: [],
    strictTags: false,
    sequence: { concurrent: false, shuffle: false, hooks: 'stack', setupFiles: 'parallel', seed: 1 },
    expect: {},
    fakeTimers: { loopLimit: 10_000, shouldClearNativeTimers: true },
    snapshotOptions: { updateSnapshot: 'new', expand: false, snapshotEnvironment: createSnapshots() },
    experimental: { importDurations: { limit: 0 } },
    chaiConfig: {},
    env: {},
    defines: {},
  };
  const nobody = new Proxy({}, { get: () => async () => ({}) });
  return {
    compiled: '',
    filepath: '',
    ctx: { pool: 'forks', projectName: '', files: [], config },
    config,
    rpc: nobody,
    environment: { name: 'node' },
    evaluatedModules: { idToModuleMap: new Map(), getModuleById: () => undefined },
    moduleExecutionInfo: new Map(),
    resolvingModules: new Set(),
    providedContext: {},
    durations: { environment: 0, prepare: 0 },
    metaEnv: {},
    current: undefined,
    onCleanup: () => {},
    onCancel: () => {},
  };
}

/** Snapshots of a suite: those beside the learner's file are read, and what is new is kept here alone. */
function createSnapshots() {
  const kept = new Map<string, string>();
  return {
    getVersion: () => '1',
    getHeader: () => '// Vitest Snapshot',
    resolveRawPath: async (file: string, path: string) => join(dirname(file), path),
    resolvePath: async (file: string) => join(dirname(file), '__snapshots__', `${basename(file)}.snap`),
    saveSnapshotFile: async (path: string, text: string) => void kept.set(path, text),
    readSnapshotFile: async (path: string) =>
      kept.get(path) ?? (existsSync(path) ? readFileSync(path, 'utf8') : null),
    removeSnapshotFile: async (path: string) => void kept.delete(path),
  };
}

function collect(task: Task, above: string[], tests: SuiteTest[], errors: SuiteRun['errors']): void {
  const [error] = task.result?.errors ?? [];
  const message = error ? `${error.name ?? 'Error'}: ${error.message ?? ''}` : '';
  const told = { message, stack: error?.stack ?? '' };
  if (task.type === 'test') {
    const state = task.result?.state;
    const isOver = state === 'pass' || state === 'fail';
    tests.push({ name: [...above, task.name].join(' > '), state: isOver ? state : 'skip', ...told });
    return;
  }
  if (error) errors.push(told);
  const names = 'filepath' in task ? [] : [...above, task.name];
  for (const one of task.tasks ?? []) collect(one, names, tests, errors);
}
