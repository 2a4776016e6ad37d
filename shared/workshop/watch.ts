/** Watches a folder of source files, which may go away and come back. */
import { type FSWatcher, readdirSync, type Stats, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';

/** Milliseconds: an editor may write a file in several steps. */
const SETTLE = 40;
/** Milliseconds between two looks, where the system does not tell of changes. */
const POLL = 200;
/** Milliseconds between two looks whether the folder is still the one that is watched. */
const STILL_THERE = 1000;

/**
 * Calls back with the name of each file of a folder that was written, has come, or has gone: whoever is called
 * looks which it was. No file is opened. Where the folder is not there, or another takes its place, that is a
 * change of its files like any other, and the watch goes on when there is one again.
 *
 * @param folder its absolute path
 * @param options isWatched: which files count. poll: whether to look again and again, for network drives and
 *   containers in which the system tells of no changes
 * @returns what ends it
 */
export function watchFolder(
  folder: string,
  changed: (name: string) => void,
  { isWatched, poll = false }: { isWatched: (name: string) => boolean; poll?: boolean },
): () => void {
  let watcher: FSWatcher | undefined;
  /** Which folder the watcher is at. Another one may have taken its name since. */
  let watched = '';
  let settling: NodeJS.Timeout | undefined;

  /** Watches what stands there now. Gives whether that is another folder than before, or none any more. */
  function follow(): boolean {
    const now = signature(folder, ({ dev, ino, birthtimeMs }) => [dev, ino, birthtimeMs]);
    if (now === watched) return false;
    watched = now;
    watcher?.close();
    watcher = undefined;
    if (poll || now === '') return true;
    try {
      watcher = watch(folder, (_, name) => {
        if (name !== null && name !== basename(folder) && !isWatched(name)) return;
        clearTimeout(settling);
        settling = setTimeout(look, SETTLE);
      });
      watcher.on('error', () => {
        watched = '';
      });
    } catch {
      // It has just gone, or the system watches no more folders: then each look compares the files.
    }
    return true;
  }

  function look(): void {
    follow();
    const before = seen;
    seen = signatures(folder, isWatched);
    for (const name of new Set([...before.keys(), ...seen.keys()])) {
      if (before.get(name) !== seen.get(name)) changed(name);
    }
  }

  follow();
  let seen = signatures(folder, isWatched);
  const timer = setInterval(
    () => {
      if (follow() || !watcher) look();
    },
    poll ? POLL : STILL_THERE,
  );
  return () => {
    clearInterval(timer);
    clearTimeout(settling);
    watcher?.close();
  };
}

/** By name: what tells one state of a file from another. None where the folder is away. */
function signatures(folder: string, isWatched: (name: string) => boolean): Map<string, string> {
  try {
    const names = readdirSync(folder).filter(isWatched);
    return new Map(names.map((name) => [name, signature(join(folder, name))]));
  } catch {
    return new Map();
  }
}

function signature(
  path: string,
  parts = (found: Stats) => [found.ino, found.mode, found.mtimeMs, found.size],
): string {
  try {
    return parts(statSync(path)).join(' ');
  } catch {
    // It has just gone, or is a link that leads nowhere, or to itself.
    return '';
  }
}
