/** Asks a process for turns of its event loop: one that is well takes them, and one that hangs is ended. */
import { type Meter, whileItWorks } from './meter.ts';
import type { Pending } from './news.ts';
import { ServerProblem } from './problems.ts';
import type { ServerProcess } from './server-process.ts';

/**
 * How long one turn may take, in ms of processor time, since on a busy machine a process that is well may have to wait
 * for the processor.
 */
const PATIENCE = 1200;

export type TurnOptions = {
  /** How long the turn may take, in ms of processor time. */
  patience?: number;
  /**
   * The processor time to count from. Else it is what is told after the question: what was told before is old, where this
   * process had no time to listen.
   */
  base?: number;
  /** Counts what the process has sent: each time it has grown, the patience starts anew. */
  progress?: (() => number) | undefined;
  /** Where its clock moves first. */
  to?: number | undefined;
};

export type Turns = {
  /** Resolves when the process has taken one more turn. Rejects with a ServerProblem. */
  take: (options?: TurnOptions) => Promise<Pending>;
  /** @throws ServerProblem what the process suffers from, else that it hangs */
  giveUp: () => never;
};

export function createTurns(server: ServerProcess, meter: Meter): Turns {
  let turns = 0;
  const isGone = () => server.problem() !== undefined;

  function giveUp(): never {
    server.fail({ kind: 'stuck' });
    throw new ServerProblem(server.problem() ?? { kind: 'stuck' });
  }

  return {
    async take({ patience = PATIENCE, base, progress = () => 0, to } = {}) {
      turns += 1;
      const id = turns;
      const taken = server.next((news) => (news.type === 'turn' && news.id === id ? news : undefined));
      server.ask({ type: 'turn', id, to });
      const moves = () => progress() + meter.growth();
      return (await whileItWorks(taken, meter, isGone, patience, base, moves)) ?? giveUp();
    },
    giveUp,
  };
}
