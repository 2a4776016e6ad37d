/** Watches a folder of source files. */
import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds: an editor may write a file in several steps. */
const SETTLE = 40;
/** Milliseconds between two looks, where the system does not tell of changes. */
const POLL = 200;

/**
 * Calls back when a file of a folder was written, with its name. A file's time and size must have changed.
 *
 * @param folder its absolute path
 * @param options isWatched: which files count. poll: whether to look again and again, for network drives and
 *   containers in which the system tells of no changes
 * @returns what ends it
 */
export function watchFolder(
  folder: string,
  changed: (name: string) => void,
  options: { isWatched: (name: string) => boolean; poll?: boolean },
): () => void {
  let seen = look();
  let timer: NodeJS.Timeout | undefined;

  function look(): Map<string, string> {
    const names = readdirSync(folder).filter(options.isWatched);
    return new Map(names.map((name) => [name, signature(join(folder, name))]));
  }

  function compare(): void {
    const before = seen;
    seen = look();
    for (const [name, is] of seen) if (before.get(name) !== is) changed(name);
  }

  if (options.poll) {
    const poll = setInterval(compare, POLL);
    return () => clearInterval(poll);
  }
  const watcher = watch(folder, () => {
    clearTimeout(timer);
    timer = setTimeout(compare, SETTLE);
  });
  // The folder may go away. Then there is nothing to watch.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function signature(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : '';
}
