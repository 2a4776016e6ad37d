/** Gathers what changes often, and tells it once in a while: who came and went, and where everybody points. */
import type { WebSocket } from 'ws';
import { isBusy, sendAll } from './outlet.ts';
import type { Point } from './protocol.ts';

/** In ms. Nobody sees a difference, and the work for a crowd is the same as for a few. */
const TICK = 50;

/** So many messages in a ms are enough, for all together: a crowd of thousands is told less often. */
const MOST_IN_A_MS = 10;

/** So many points are told at once. The others wait for their turn: nobody waits longer by somebody else's haste. */
const MOST_POINTS = 50;

export type Gather = ReturnType<typeof createGather>;

/** @param members all who are to hear of it */
export function createGather(members: () => Iterable<WebSocket>) {
  const joined = new Set<string>();
  const left = new Set<string>();
  /** Where everybody points. It is a state: only the newest counts. */
  const points = new Map<string, Point>();
  /** Whose point was not told yet. Who is in here keeps the place in the row, however often the point moves. */
  const moved = new Set<string>();
  /** Who must be told all points: they are new, or were busy when a part of them was told. */
  const behind = new Set<WebSocket>();
  let timer: NodeJS.Timeout | undefined;
  let crowd = 0;

  function begin(): void {
    if (timer === undefined) timer = setTimeout(tick, Math.max(TICK, crowd / MOST_IN_A_MS));
  }

  function tick(): void {
    timer = undefined;
    tellPresence();
    tellPoints();
    if (moved.size > 0 || behind.size > 0) begin();
  }

  function tellPresence(): void {
    if (joined.size === 0 && left.size === 0) return;
    sendAll(members(), {
      type: 'presence',
      joined: [...joined],
      left: [...left],
      at: new Date().toISOString(),
    });
    joined.clear();
    left.clear();
  }

  function tellPoints(): void {
    const some = [...moved].slice(0, MOST_POINTS);
    for (const username of some) moved.delete(username);
    const here = [...members()];
    crowd = here.length;
    if (some.length > 0) for (const socket of here) if (isBusy(socket)) behind.add(socket);
    const upToDate = here.filter((socket) => !behind.has(socket));
    const ready = [...behind].filter((socket) => !isBusy(socket));
    for (const socket of ready) behind.delete(socket);
    if (some.length > 0) sendAll(upToDate, pointsOf(some));
    if (ready.length > 0 && points.size > 0) sendAll(ready, pointsOf([...points.keys()]));
  }

  function pointsOf(usernames: string[]) {
    const told = usernames.flatMap((username): [string, number, number][] => {
      const [x, y] = points.get(username) ?? [];
      return x === undefined || y === undefined ? [] : [[username, x, y]];
    });
    return { type: 'points' as const, points: told };
  }

  return {
    /** Who comes back within a tick was not away. */
    joined(username: string): void {
      if (!left.delete(username)) joined.add(username);
      begin();
    },
    left(username: string): void {
      points.delete(username);
      moved.delete(username);
      if (!joined.delete(username)) left.add(username);
      begin();
    },
    point(username: string, at: Point): void {
      points.set(username, at);
      moved.add(username);
      begin();
    },
    /** This connection is new among the members. */
    enter(socket: WebSocket): void {
      behind.add(socket);
      begin();
    },
    /** It is no member any more. */
    leave: (socket: WebSocket) => void behind.delete(socket),
  };
}
