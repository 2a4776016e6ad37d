/** What the tool and the process of the polite say to each other, and the tool's end of it. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `folder`: whose traits say how to talk. */
export type Order = { type: 'talk'; folder: string; url: string } | { type: 'round' } | { type: 'end' };

/** What they heard since the last one. Times are in ms. */
export type Told = {
  type: 'round';
  /** Messages that answer nothing that they said, at both of them. */
  noise: number;
  forged: string[];
  trips: number[];
  /** Why they are not served any more. */
  trouble?: string;
};

export type Polite = {
  /** Begins to talk to a server. */
  talk: (folder: string, url: string) => void;
  /** One more round from now on, both of them: what they have heard up to its end. */
  round: () => Promise<Told>;
  /** They go, and can talk to another server then. */
  leave: () => void;
  end: () => void;
};

export function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Starts the process of the two. */
export async function openPolite(): Promise<Polite> {
  const file = fileURLToPath(new URL('polite-pair.ts', import.meta.url));
  const child = fork(file, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error('The process of the polite has ended.')));
  });
  gone.catch(() => {});
  const next = () => Promise.race([new Promise<unknown>((resolve) => child.once('message', resolve)), gone]);
  const order = (what: Order) => child.send(what);
  await next();
  return {
    talk: (folder, url) => void order({ type: 'talk', folder, url }),
    async round() {
      const told = next();
      order({ type: 'round' });
      return (await told) as Told; // Only polite-pair.ts writes there.
    },
    leave: () => void order({ type: 'end' }),
    end: () => void child.kill(),
  };
}
