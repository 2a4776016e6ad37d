/** What the stage of a lesson runs: the lesson's own server, or the learner's copy of it. Never both. */
import type { LogLine, ServerNews } from './messages.ts';
import type { Tell } from './program.ts';
import { createQueue, createRunner, type Runner } from './runner.ts';

export type StageRunner = Runner & {
  /** Runs the learner's copy from now on, or the lesson's server. */
  choose: (which: 'copy' | 'lesson') => Promise<void>;
  runsCopy: () => boolean;
};

/** `switched`: another server is shown from now on, with this log. */
export type StageTell = Tell & { switched: (lines: LogLine[]) => void };

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
  const inTurn = createQueue();
  const marked = (news: ServerNews): ServerNews => (isCopy ? { ...news, isOwn: true } : news);
  const active = () => (isCopy && own ? own : first);

  /** Lets the stage show the other one. The one before stops first. */
  async function take(wantsCopy: boolean): Promise<void> {
    if (hasEnded || isCopy === wantsCopy) return;
    own ??= open(copy, () => isCopy);
    await active().stop();
    isCopy = wantsCopy;
    tell.switched(active().log());
  }

  return {
    ...first,
    state: () => marked(active().state()),
    log: () => active().log(),
    start: () => active().start(),
    stop: () => active().stop(),
    restart: () => active().restart(),
    choose: (which) =>
      inTurn(async () => {
        await take(which === 'copy');
        if (!hasEnded) await active().start();
      }),
    // A change of the text is one of the lesson's server.
    apply: (change) =>
      inTurn(async () => {
        await take(false);
        await first.apply(change);
      }),
    runsCopy: () => isCopy,
    async end() {
      hasEnded = true;
      await inTurn(async () => {
        await Promise.all([own?.end(), first.end()]);
      });
    },
  };
}
