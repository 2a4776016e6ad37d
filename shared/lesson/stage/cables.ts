/** The cables of a stage: each client has one that leads to the server, and that can be cut, frozen and slowed down. */
import type { AddressInfo } from 'node:net';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import type { CableNews, CableWish } from './cable-news.ts';
import { refusal } from './refusal.ts';

export type Cables = {
  all: () => CableNews[];
  /** @throws a refusal where it can't be done: its message says why */
  obey: (wish: CableWish) => Promise<CableNews>;
  end: () => void;
};

type Laid = CableNews & { cable: Cable };

/** More than two stages with three clients each would need. */
const MOST_CABLES = 8;
/** In ms, in each direction. */
const SLOW = 1000;

/** @param server where the server listens */
export function createCables(server: AddressInfo): Cables {
  const laid: Laid[] = [];
  let isOver = false;
  /** One cable is opened after the other: else two could take the last place. */
  let turn: Promise<unknown> = Promise.resolve();

  const lay = (port: number) => openCable(server.port, port, server.address);

  function find({ client, port }: CableWish): Laid | undefined {
    return laid.findLast((one) => one.client === client && (port === undefined || one.port === port));
  }

  async function open({ client, port = 0 }: CableWish): Promise<Laid> {
    const own = port === 0 ? undefined : find({ client, do: 'open', port });
    if (own) return own;
    if (laid.length >= MOST_CABLES) remove(laid.find(({ cable }) => cable.connections() === 0));
    if (laid.length >= MOST_CABLES) throw refusal(429, `There are ${MOST_CABLES} cables already.`);
    // Where another program has taken the port, any other will do.
    const cable = await lay(port).catch(() => lay(0));
    const one = { client, port: cable.port, isFrozen: false, isSlow: false, cable };
    laid.push(one);
    if (isOver) end();
    return one;
  }

  function remove(one: Laid | undefined): void {
    if (one === undefined) return;
    laid.splice(laid.indexOf(one), 1);
    one.cable.end();
  }

  function end(): void {
    isOver = true;
    for (const { cable } of laid.splice(0)) cable.end();
  }

  return {
    all: () => laid.map(newsOf),
    async obey(wish) {
      if (wish.do === 'open') {
        const opened = turn.then(() => open(wish));
        turn = opened.catch(() => {});
        return newsOf(await opened);
      }
      const one = find(wish);
      if (!one) throw refusal(404, `There is no cable of a client ${wish.client}.`);
      if (wish.do === 'close') remove(one);
      else treat(one, wish.do);
      return newsOf(one);
    },
    end,
  };
}

function treat(one: Laid, how: 'cut' | 'freeze' | 'slow' | 'heal'): void {
  if (how === 'cut') {
    one.cable.reset();
  } else if (how === 'freeze') {
    one.cable.freeze();
    one.isFrozen = true;
  } else if (how === 'slow') {
    one.cable.delay(SLOW);
    one.isSlow = true;
  } else {
    one.cable.heal();
    one.isFrozen = false;
    one.isSlow = false;
  }
}

function newsOf({ client, port, isFrozen, isSlow }: Laid): CableNews {
  return { client, port, isFrozen, isSlow };
}
