/**
 * Loaded into a server's process before the server (`--import`), so that a lesson's file is measured as it is:
 * tells over the IPC channel how much time the process has used, or how much memory it holds.
 */

export type Question = { ask: 'cpu' | 'memory' };

/** Microseconds of all threads; bytes. */
export type Reply = { cpu: number } | { heap: number; rss: number };

process.on('message', ({ ask }: Question) => {
  if (ask === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system } satisfies Reply);
  } else {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({ heap: heapUsed + external, rss } satisfies Reply);
  }
});
