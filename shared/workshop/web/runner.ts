/** Runs one server of the course for those who look at its page, and starts it again when its files are saved. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { sourceFiles } from '#shared/course/source-files.ts';
import { watchFolder } from '#shared/workshop/watch.ts';
import { type Change, makeVariant, type Variant } from './change.ts';
import type { LogLine, ServerNews } from './messages.ts';
import { createProgram, type Tell } from './program.ts';

export type Runner = {
  /** What to show now: the state, and the lines of the log. */
  state: () => ServerNews;
  log: () => LogLine[];
  /** Does nothing where it runs already. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** A change stays. */
  restart: () => Promise<void>;
  /** Runs a copy of the server with a change. @throws an Error with a sentence where the change does not fit */
  apply: (change: Change) => Promise<void>;
  /** Runs the folder's own server again. Does nothing where it has no change. */
  undo: () => Promise<void>;
  /** Stops it for good: nothing starts it again. */
  end: () => Promise<void>;
};

/**
 * Gives a runner for the server in a folder. Nothing is started yet. From now on it watches the folder: a server
 * that runs is restarted when one of its files is saved, without a change. Nothing here rejects, but for `apply`:
 * what goes wrong is a state.
 *
 * @param folder named from the root: 'lessons/03'
 */
export function createRunner(folder: string, tell: Tell): Runner {
  const program = createProgram(folder, tell);
  const { note } = program;
  let ended = false;
  let isRestartDue = false;
  const inTurn = createQueue();
  /** Of many saves, one restart is due at most: it runs what is there by then. */
  const restart = () => {
    if (isRestartDue) return inTurn(async () => {});
    isRestartDue = true;
    return inTurn(async () => {
      isRestartDue = false;
      await program.stop();
      if (!ended) await program.start();
    });
  };

  const startAs = async (variant: Variant | undefined, why: string) => {
    note(why);
    await program.stop();
    await program.use(variant);
    await program.start();
  };

  const saved = (name: string, use: Use) => {
    const { state, change } = program.state();
    const what = `${name} ${existsSync(join(ROOT, folder, name)) ? 'was saved' : 'is gone'}.`;
    if (use === 'page') {
      note(`${what} The page is loaded again.`);
      program.freshen();
    } else if (state === 'stopped') {
      note(`${what} The server is stopped: press Start to try it.`);
    } else {
      note(`${what} The server starts again${change === undefined ? '' : ', without the change'}.`);
      inTurn(() => program.use(undefined));
      restart();
    }
  };
  const unwatch = watchUses(folder, saved);

  return {
    state: program.state,
    log: program.log,
    start: () =>
      inTurn(async () => {
        if (!ended) await program.start();
      }),
    stop: () =>
      inTurn(async () => {
        if (await program.stop()) note('You stopped the server.');
        await program.use(undefined);
        program.setState({ state: 'stopped' });
      }),
    restart() {
      note('You started the server again.');
      return restart();
    },
    apply: (change) =>
      inTurn(async () => {
        if (ended) return;
        // Before anything stops: it may not fit.
        const variant = await makeVariant(folder, change);
        await startAs(variant, `A copy of the server starts, with one change: ${change.name}.`);
      }),
    undo: () =>
      inTurn(async () => {
        if (ended || program.state().change === undefined) return;
        await startAs(undefined, 'You took the change back. The server starts again.');
      }),
    async end() {
      ended = true;
      unwatch();
      await inTurn(async () => {
        await program.stop();
        await program.use(undefined);
      });
    },
  };
}

/** Who uses a file: a page may be loaded again without its server. */
type Use = 'server' | 'page';

/**
 * Calls back with each file that is used and has changed. What was known before the change counts, too: a save may end
 * the use of another file, and nothing leads to one that is gone.
 *
 * @returns what ends it
 */
function watchUses(folder: string, changed: (name: string, use: Use) => void): () => void {
  let uses = usesOf(folder);
  const isWatched = (name: string) => /\.(ts|html)$/.test(name) && !name.endsWith('.test.ts');
  const look = (name: string) => {
    const before = uses;
    uses = usesOf(folder);
    const use = before.get(name) === 'server' ? 'server' : (uses.get(name) ?? before.get(name));
    if (use !== undefined) changed(name, use);
  };
  return watchFolder(join(ROOT, folder), look, { isWatched });
}

/** Who uses which files of a folder, as they are now. The usual ones count where they are not there, too. */
function usesOf(folder: string): Map<string, Use> {
  const ofPage = ['client.ts', 'client.html', ...sourceFiles(folder, 'client.ts')];
  const ofServer = ['server.ts', 'protocol.ts', ...sourceFiles(folder)];
  // What both use is the server's.
  return new Map([
    ...ofPage.map((name) => [name, 'page'] as const),
    ...ofServer.map((name) => [name, 'server'] as const),
  ]);
}

/** Lets one thing be done after the other: two saves must not start two servers. */
export function createQueue(): (work: () => Promise<void>) => Promise<void> {
  let queue: Promise<void> = Promise.resolve();
  return (work) => {
    const done = queue.then(work);
    queue = done.catch(() => {}); // Whoever asked hears of it.
    return done;
  };
}
