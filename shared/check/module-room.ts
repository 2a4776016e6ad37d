/**
 * Opens the room of one test of a module. When a step in it is done (a call, a moment that passes, what the server does),
 * then all that comes of it has come, at both ends: tests look, and never wait. Time passes only where a test says so.
 */
import type { Direction } from '#shared/lesson/cable.ts';
import type { Entry } from '#shared/lesson/conversation.ts';
import type { Host } from './host.ts';
import { type ModuleProcess, openModuleProcess } from './module-process.ts';
import { type ModuleServer, openModuleServer } from './module-server.ts';
import type { Calls } from './module-talk.ts';
import { Flood, WrongAnswer } from './problems.ts';
import { within } from './within.ts';

/** What an answer does by itself so soon, in ms of the real clock, belongs to the step before it. */
const SOON = 50;
/** Milliseconds of one wait for what is on its way. */
const A_WHILE = 2;
/** Milliseconds: what is on its way for so long, while nothing else comes, does not arrive. */
const PATIENCE = 3000;
/** So many sockets, and timers, come of one step at most. */
const MOST_SOCKETS = 20;
const MOST_TIMERS = 1000;
/** With a cable that is frozen nobody can ask the other end: so many turns of the process are enough for what it does alone. */
const TURNS = 3;

export type ModuleRoom = {
  /**
   * Calls a function that the module exports with the server's address and options: a clock, a random, a WebSocket, and
   * these. What was told by one that was made before is forgotten.
   *
   * @param when the callbacks, each with the methods to call from within it: { onOpen: [['send', 'hello']] }
   */
  make: Make;
  /** The same with a function that takes options alone, and no address. */
  makeOffline: Make;
  /** Lets so many ms pass on the module's clock. */
  pass: (ms: number) => Promise<void>;
  /** The module's clock, in ms: it begins at 0. */
  now: () => number;
  /** How many timers wait on the module's clock. */
  timers: () => number;
  /** What random() gives from now on. It is 0.5 at first. */
  draw: (value: number) => Promise<void>;
  /** All sockets that the module has made, in their order. */
  sockets: () => Socket[];
  server: {
    url: string;
    /** All texts that came so far, and the connection, from 0 on, that each came over. */
    heard: () => string[];
    over: () => number[];
    /** With what each connection was closed. */
    endings: () => { code: number; reason: string }[];
    /** How many connections there were, and how many are open. */
    connections: () => number;
    open: () => number;
    say: (text: string) => Promise<void>;
    /** Closes all connections with this code. */
    close: (code: number, reason?: string) => Promise<void>;
    /** Closes each new connection at once with this code; undefined: lets everybody in again. */
    turnAway: (code: number | undefined) => Promise<void>;
    /** Breaks all connections without a goodbye, and refuses new ones, until it starts again. */
    stop: () => Promise<void>;
    start: () => Promise<void>;
  };
  /** The cable to the server: nothing gets through any more, and nobody hears of it. */
  freeze: (direction?: Direction) => Promise<void>;
  heal: () => Promise<void>;
};

type Make = (name: string, options?: Record<string, unknown>, when?: Record<string, Calls>) => Promise<Made>;

/** A socket that the module has made: when, and while how many others were connecting or open. */
export type Socket = { at: number; url: string; others: number; isClosed: boolean };

export type Made = {
  call: (method: string, ...args: unknown[]) => Promise<unknown>;
  /** The arguments of each call of a callback so far. */
  told: (callback: string) => unknown[][];
};

const WHO = 'client';

/** The readyState of a socket. */
const OPEN = 1;
const CLOSED = 3;

/** What the parts of a room share. */
type Stage = {
  host: Host;
  child: ModuleProcess;
  server: ModuleServer;
  happened: (who: string, text: string) => void;
  sockets: Socket[];
  told: Map<string, unknown[][]>;
  now: number;
  timers: number;
  /** How many sockets there were when the step began. */
  before: number;
  isFrozen: boolean;
};

/** Opens the room. The caller ends it. @param port where the driver of the module listens */
export async function openModuleRoom(port: number, host: Host, entries: Entry[]) {
  const server = await openModuleServer(WHO, (entry) => void entries.push(entry));
  const sockets: Socket[] = [];
  const told: Stage['told'] = new Map();
  const happened = (who: string, text: string) =>
    void entries.push({ kind: 'happened', who, text, at: Date.now() });
  const child = await openModuleProcess(port, host, (report) => {
    const at = Date.now();
    if (report.type === 'made') {
      const { url, others } = report;
      sockets.push({ at: stage.now, url, others, isClosed: false });
      entries.push({ kind: 'connected', who: WHO, at });
    } else if (report.type === 'closed') {
      const { code, reason, socket } = report;
      Object.assign(sockets[socket] ?? {}, { isClosed: true });
      entries.push({ kind: 'closed', who: WHO, code, reason, at });
    } else if (report.type === 'called') {
      told.set(report.name, [...(told.get(report.name) ?? []), report.args]);
      happened(WHO, `${report.name}(${show(report.args)})`);
    }
  }).catch(async (error: unknown) => {
    await server.end();
    throw error;
  });
  const stage: Stage = {
    host,
    child,
    server,
    happened,
    sockets,
    told,
    now: 0,
    timers: 0,
    before: 0,
    isFrozen: false,
  };
  return {
    room: roomOf(stage),
    async end() {
      await child.end();
      await server.end();
    },
  };
}

/** @param url what the function takes before its options, if anything */
function makerOf(stage: Stage, url?: string): Make {
  const { child, happened, told } = stage;
  return async (name, options = {}, when = {}) => {
    happened(WHO, `${name}(${url === undefined ? '' : 'url, '}${show([options])})`);
    told.clear();
    await step(stage, () => child.make(name, url, options, when));
    return {
      async call(method, ...args) {
        happened(WHO, `${method}(${show(args)})`);
        let value: unknown;
        await step(stage, async () => {
          value = await child.call(method, args);
        });
        return value;
      },
      told: (callback) => told.get(callback) ?? [],
    };
  };
}

function roomOf(stage: Stage): ModuleRoom {
  const { child, server, happened } = stage;
  return {
    make: makerOf(stage, server.url),
    makeOffline: makerOf(stage),
    async pass(ms) {
      happened('clock', `${ms} ms pass`);
      const end = stage.now + ms;
      for (let count = 0; count < MOST_TIMERS; count += 1) {
        const hasRun = await child.advance(end);
        stage.now = (await child.look()).now;
        if (!hasRun) return;
        await step(stage, () => {});
      }
      throw new WrongAnswer(
        `In ${ms} ms more than ${MOST_TIMERS} timers ran. Does a timer start itself again?`,
      );
    },
    now: () => stage.now,
    timers: () => stage.timers,
    draw: (value) => step(stage, () => child.draw(value)),
    sockets: () => stage.sockets,
    server: serverOf(stage),
    freeze: (direction) =>
      step(stage, () => {
        happened('cable', direction === undefined ? 'freezes' : `freezes, ${direction} only`);
        stage.isFrozen = true;
        server.cable.freeze(direction);
      }),
    heal: () =>
      step(stage, () => {
        happened('cable', 'heals');
        stage.isFrozen = false;
        server.cable.heal();
      }),
  };
}

function serverOf(stage: Stage): ModuleRoom['server'] {
  const { child, server, happened } = stage;
  return {
    url: server.url,
    heard: () => server.heard,
    over: () => server.over,
    endings: () => server.endings,
    connections: server.connections,
    open: server.open,
    say: (text) => step(stage, () => server.say(text)),
    async close(code, reason) {
      await step(stage, () => server.close(code, reason));
      // What holds back the answer lets the goodbye through.
      let waited = 0;
      while (stage.isFrozen && waited < PATIENCE && (await child.look()).states.includes(OPEN)) {
        await within(A_WHILE, child.news());
        waited += A_WHILE;
      }
    },
    turnAway: (code) => step(stage, () => server.turnAway(code)),
    stop: () =>
      step(stage, () => {
        happened('server', 'stops');
        server.cable.refuse();
        server.cable.reset();
      }),
    start: () =>
      step(stage, () => {
        happened('server', 'starts');
        server.cable.heal();
      }),
  };
}

/** Does something, and resolves when nothing more comes of it, as long as the clock stands still. */
async function step(stage: Stage, work: () => unknown): Promise<void> {
  stage.before = stage.sockets.length;
  await work();
  const { child, server, host, sockets } = stage;
  const progress = () => child.progress() + server.progress();
  let turns = 0;
  let waited = 0;
  while (waited < PATIENCE) {
    const seen = progress();
    const arrived = stage.isFrozen ? undefined : server.untilArrived();
    const [{ timer }] = await Promise.all([host.turn(child.progress), arrived]);
    const { now, timers, due, states } = await child.look();
    Object.assign(stage, { now, timers });
    if (sockets.length - stage.before > MOST_SOCKETS) throw new Storm();
    if (due >= 0 && due <= now && turns < MOST_TIMERS) {
      turns += 1;
      await child.advance(now);
      continue;
    }
    const isMoving = progress() !== seen;
    const isDone = stage.isFrozen ? turns >= TURNS : isStill(states, server);
    if (isDone && !isMoving && !isSoon(timer)) return;
    if (stage.isFrozen) turns += 1;
    if (isMoving) {
      waited = 0;
    } else {
      await within(A_WHILE, child.news());
      waited += A_WHILE;
    }
  }
}

/** Whether each socket is open at both ends, or closed at both. */
function isStill(states: number[], server: ModuleServer): boolean {
  const open = states.filter((state) => state === OPEN).length;
  return (
    states.every((state) => state === OPEN || state === CLOSED) && open === server.open() && !server.closing()
  );
}

/** Whether a timer of the real clock is due so soon that it belongs to this step. Of requests, sockets have their own. */
function isSoon(timer: number): boolean {
  return timer >= 0 && timer <= SOON;
}

function show(args: unknown[]): string {
  return args.map((arg) => JSON.stringify(arg)).join(', ');
}

/** A module that connects again and again, at one and the same moment: it would do so for ever. */
class Storm extends Flood {
  constructor() {
    super(WHO, '');
    this.message = `It connected more than ${MOST_SOCKETS} times while no time passed. It must wait before it tries again.`;
  }
}
