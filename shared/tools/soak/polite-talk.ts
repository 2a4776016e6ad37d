/** What the tool and the polite client's process say to each other, and the tool's end of it. */
import { join } from 'node:path';
import { cutLines, openProcess } from '#shared/check/server-process.ts';
import { ROOT } from '#shared/course/root.ts';
import { gatherOutput } from '#shared/testing/start-server.ts';

export type Order = { type: 'talk'; folder: string; socketUrl: string } | { type: 'end' };

/** Times are in ms. */
export type Told =
  | { type: 'ready' }
  /** The first answer was there. */
  | { type: 'served' }
  | { type: 'measured'; answers: number; p50: number; p99: number }
  | { type: 'lost'; why: string };

export type Measured = Extract<Told, { type: 'measured' }>;

export type Polite = {
  /** Begins to talk to a server, and resolves when that has answered once. @throws where it does not */
  talk: (folder: string, socketUrl: string) => Promise<void>;
  /** Why it was not served any more, in a sentence, once it was not. */
  trouble: () => string | undefined;
  /** Goes, and tells what was measured. @throws where it was not served to the end */
  leave: () => Promise<Measured>;
  end: () => Promise<void>;
};

/** Starts the process of the polite client. One after the other, it talks to many servers. */
export async function openPolite(): Promise<Polite> {
  const child = openProcess({
    file: join(ROOT, 'shared/tools/soak/polite.ts'),
    execArgv: ['--import', 'tsx'],
  });
  const output = gatherOutput(child);
  let trouble: string | undefined;
  let death: string | undefined;
  const why = () => death ?? trouble;
  const nobodyWaits = () => {};
  let look = nobodyWaits;
  const waiting: Told[] = [];
  void child.failed.then(() => {
    death = `the polite client's process ended: ${output()}`;
    look();
  });
  child.onText(
    cutLines((lines) => {
      for (const line of lines.filter((one) => one.startsWith('{'))) {
        const told: Told = JSON.parse(line); // Only polite.ts writes there.
        if (told.type === 'lost') trouble = `The polite client was not served: ${told.why}.`;
        waiting.push(told);
      }
      look();
    }),
  );

  /** The next news of this kind. */
  function next<T extends Told['type']>(type: T): Promise<Extract<Told, { type: T }>> {
    const isIt = (told: Told): told is Extract<Told, { type: T }> => told.type === type;
    return new Promise((resolve, reject) => {
      look = () => {
        const found = waiting.find(isIt);
        if (!found && why() === undefined) return;
        look = nobodyWaits;
        if (!found) return reject(new Error(why()));
        waiting.splice(waiting.indexOf(found), 1);
        resolve(found);
      };
      look();
    });
  }

  const order = (what: Order) => child.type(`${JSON.stringify(what)}\n`);
  await next('ready');
  return {
    async talk(folder, socketUrl) {
      trouble = undefined;
      waiting.length = 0;
      order({ type: 'talk', folder, socketUrl });
      await next('served');
    },
    trouble: why,
    async leave() {
      order({ type: 'end' });
      return next('measured');
    },
    end: child.end,
  };
}
