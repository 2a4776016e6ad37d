/** What the stage of a lesson runs: the lesson's own server, or the learner's copy of it. Never both. */
import type { LogLine, ServerNews } from './messages.ts';
import type { Tell } from './program.ts';
import { createRunner, type Runner } from './runner.ts';

export type StageRunner = Runner & {
  /** Runs the learner's copy from now on, or the lesson's server. */
  choose: (which: 'copy' | 'lesson') => Promise<void>;
  runsCopy: () => boolean;
};

/** `allLines`: the log of another server is shown from now on. */
export type StageTell = Tell & { allLines: (lines: LogLine[]) => void };

/**
 * Gives the runner. Nothing is started yet, and it begins with the lesson's server.
 *
 * @param lesson its folder, named from the root
 * @param copy the folder of the copy
 */
export function createStageRunner(lesson: string, copy: string, tell: StageTell): StageRunner {
  let isCopy = false;
  let hasEnded = false;
  const open = (folder: string, isMine: () => boolean) =>
    createRunner(folder, {
      state: (news) => isMine() && tell.state(marked(news)),
      lines: (lines) => isMine() && tell.lines(lines),
    });
  const first = open(lesson, () => !isCopy);
  let own: Runner | undefined;
  let queue: Promise<void> = Promise.resolve();
  const marked = (news: ServerNews): ServerNews => (isCopy ? { ...news, isOwn: true } : news);
  const active = () => (isCopy && own ? own : first);

  /** One after the other: two pages must not start both. */
  async function choose(wantsCopy: boolean): Promise<void> {
    if (hasEnded) return;
    if (isCopy !== wantsCopy) {
      own ??= open(copy, () => isCopy);
      await active().stop();
      isCopy = wantsCopy;
      tell.allLines(active().log());
    }
    await active().start();
  }

  return {
    ...first,
    state: () => marked(active().state()),
    log: () => active().log(),
    start: () => active().start(),
    stop: () => active().stop(),
    restart: () => active().restart(),
    choose(which) {
      queue = queue.then(() => choose(which === 'copy'));
      return queue;
    },
    runsCopy: () => isCopy,
    async end() {
      hasEnded = true;
      await queue;
      await Promise.all([own?.end(), first.end()]);
    },
  };
}
