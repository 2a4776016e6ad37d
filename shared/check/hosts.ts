/** The processes of one answer: one for all of its tests, or, where that spoils them, one for each. */
import type { Host } from './host.ts';
import type { Tools } from './tools.ts';

/** A server that runs, and where it listens. */
export type Started = { host: Host; port: number };

export type Hosts = {
  /** Gives a process that is well, to start the answer in. */
  take: () => Promise<Host>;
  last: () => Host | undefined;
  /**
   * Whether what went wrong may be no fault of the answer's: somebody else has ended its process, or the answer holds
   * what its start before, in the same process, has not let go. From then on each start has a process of its own.
   */
  mayTryAgain: () => boolean;
  /** @param isUseless whether no process is of use for the next answer */
  end: (isUseless: boolean) => Promise<void>;
};

/** With these signals people and systems end a process. An answer that fails by itself has others. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** @param print is called with each line that the answer prints */
export function createHosts(tools: Tools, print: (line: string) => void): Hosts {
  const hosts: Host[] = [];
  let isAlone = false;
  const last = () => hosts.at(-1);

  return {
    async take() {
      const before = last();
      if (before && !before.problem() && !isAlone) return before;
      // What it holds, as a port, is free when it has gone.
      if (isAlone) await before?.end();
      const host = (isAlone ? tools.takeFresh : tools.take)(hosts.length > 0);
      hosts.push(host);
      host.onPrint(print);
      return host;
    },
    last,
    mayTryAgain() {
      const host = last();
      const problem = host?.problem();
      if (problem?.kind === 'ended' && FROM_OUTSIDE.has(problem.signal ?? '')) return true;
      const words =
        problem?.kind === 'crashed' ? problem.message : problem?.kind === 'ended' ? problem.printed : '';
      if (isAlone || !words.includes('EADDRINUSE') || (host?.runs() ?? 0) < 2) return false;
      isAlone = true;
      return true;
    },
    async end(isUseless) {
      await Promise.all(hosts.map((host) => (isUseless || isAlone ? host.end() : tools.giveBack(host))));
    },
  };
}
