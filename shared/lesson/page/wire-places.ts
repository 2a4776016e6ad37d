/** Where the lanes of the wire view stand: the server in the middle, the clients on both sides of it. */
import type { Lane } from './wire-lane.ts';

export type Side = 'left' | 'right';

export type Place = {
  lane: Lane | undefined;
  side: Side;
  /** How far from the left end, of the whole width: 0 to 1. */
  at: number;
  /** Whether others of its side stand further out. */
  isInner: boolean;
};

export type Places = {
  /** From left to right, without the server. A place without a lane is that of all others. */
  clients: Place[];
  server: number;
};

/** More lanes than these share one place. */
const MOST = 5;

/** The sides of the stage's clients. All others go where fewer are. */
const SIDES: Record<string, Side> = { left: 'left', hand: 'left', right: 'right', third: 'right' };

/** @param lanes in their order: who comes first stands nearest to the server */
export function placesOf(lanes: Lane[]): Places {
  const sides: Record<Side, (Lane | undefined)[]> = { left: [], right: [] };
  for (const lane of shownOf(lanes)) {
    const { left, right } = sides;
    const side =
      SIDES[lane?.asked ?? ''] ??
      (left.length + right.length === 0 || left.length < right.length ? 'left' : 'right');
    sides[side].push(lane);
  }
  const { left, right } = sides;
  // With clients on one side only, the server stands at the other end.
  const server = left.length > 0 === right.length > 0 ? 0.5 : left.length > 0 ? 1 : 0;
  return {
    server,
    clients: [
      ...left.map((lane, n) => place(lane, 'left', server - ((n + 1) / left.length) * server)).reverse(),
      ...right.map((lane, n) => place(lane, 'right', server + ((n + 1) / right.length) * (1 - server))),
    ],
  };
}

/** The lanes that have a place of their own, and undefined for all others. Who is connected comes first. */
function shownOf(lanes: Lane[]): (Lane | undefined)[] {
  if (lanes.length <= MOST) return lanes;
  const first = [...lanes].sort((a, b) => Number(b.isOpen) - Number(a.isOpen)).slice(0, MOST - 1);
  return [...lanes.filter((lane) => first.includes(lane)), undefined];
}

function place(lane: Lane | undefined, side: Side, at: number): Place {
  return { lane, side, at, isInner: side === 'left' ? at > 0 : at < 1 };
}
