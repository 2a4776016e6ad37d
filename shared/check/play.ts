/** Plays a script of moves against a server, and takes down what each of the people hears after each move. */
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import { BROKEN, type Move, type Said } from './moves.ts';
import { type Heard, nowIn, type Scene } from './scene.ts';
import { TURNS, untilArrived, untilSilent } from './silence.ts';
import { type Client, connectClient } from './test-client.ts';
import { createMemory, type Memory } from './told.ts';

/** What one of them heard after one move, and the code with which the server closed their connection, if it did. */
export type HeardBy = { heard: Heard[]; closed?: number };

/** Milliseconds: most of what is expected comes sooner, and then nobody need ask whether more comes. */
const GRACE = 3;

/** Milliseconds: a server that is at work for longer, though nobody hears of it, works for itself. */
const LONG = 400;

/** Who breaks the protocol is thrown out, and so is who was silent for too long: with which code is free. */
const BROKEN_OFF = 1002;
const GIVEN_UP = 1006;

/** By name: those who were connected at that move. */
export type Step = Map<string, HeardBy>;

export type Listener = {
  /** Gets what was heard after each move, and when it began (ms). It says whether to go on. */
  onStep: (step: Step, at: number, began: number) => boolean;
  /** Whether all has come that is expected after move number n: then nobody waits for silence. */
  isComplete: (step: Step, at: number, began: number) => boolean;
  /** Whether anything is expected after move number n. */
  isExpecting: (at: number) => boolean;
  /** Whether what comes too much must be heard after the move that it belongs to, and not after the next one. */
  isExact: boolean;
};

/**
 * Plays moves, one after the other: each when nothing more comes of the one before.
 *
 * @throws WrongAnswer where the server lets nobody in; ServerProblem where it is no more
 */
export async function play(script: Move[], port: number, scene: Scene, listener: Listener): Promise<void> {
  const cables = await layCables(script, port);
  const stage: Stage = { people: new Map(), cables, port, scene, memory: createMemory() };
  try {
    await playOn(stage, script, listener);
  } finally {
    await Promise.all([...stage.cables.values()].map((cable) => cable.end()));
  }
}

/** Who freezes in a script goes through a cable. */
async function layCables(script: Move[], port: number): Promise<Stage['cables']> {
  const names = new Set(script.flatMap((move) => (move.does === 'freezes' ? [move.who] : [])));
  return new Map(await Promise.all([...names].map(async (name) => [name, await openCable(port)] as const)));
}

async function playOn(stage: Stage, script: Move[], listener: Listener): Promise<void> {
  const { onStep, isComplete, isExpecting, isExact } = listener;
  const { people, scene, memory } = stage;
  let isStopped = false;
  for (let at = 0; at < script.length && !isStopped; at += 1) {
    const move = script[at];
    if (!move) break;
    const began = nowIn(scene);
    const isMade = await make(move, stage);
    const look = () => stepOf(people);
    // Who goes hears no more: what came too much before must be here by then.
    const isLast = !isSpoken(script[at + 1]);
    const canBeSeen = isSpoken(move) || (!isExact && isExpecting(at));
    const isDone = () => (canBeSeen || scene.isRestless === true) && isComplete(look(), at, began);
    if (isMade || isExpecting(at)) {
      await settle(scene, isDone, canBeSeen ? GRACE : 0, isExact || isLast || !isExpecting(at));
    }
    isStopped = !onStep(look(), at, began);
    for (const [name, one] of people) {
      memory.listen(one.client.link.heard.slice(one.taken));
      one.taken = one.client.link.heard.length;
      if (one.client.link.state.isClosed) people.delete(name);
    }
  }
  for (const { client } of people.values()) client.end();
  if (!isStopped) await settle(scene, () => scene.isRestless === true, 0, true);
}

function isSpoken(move: Move | undefined): boolean {
  return move !== undefined && ['says', 'connects', 'together'].includes(move.does);
}

type Person = { client: Client; taken: number; isLeaving: boolean; isBroken: boolean; wasFrozen: boolean };
type People = Map<string, Person>;

type Stage = { people: People; cables: Map<string, Cable>; port: number; scene: Scene; memory: Memory };

function stepOf(people: People): Step {
  return new Map(
    [...people].map(([name, { client, taken, isLeaving, isBroken, wasFrozen }]) => {
      const { heard, state } = client.link;
      const isThrownOut = state.isClosed && !isLeaving && state.code !== undefined;
      const code = isBroken ? BROKEN_OFF : wasFrozen ? GIVEN_UP : state.code;
      return [name, { heard: heard.slice(taken), ...(isThrownOut ? { closed: code } : {}) }];
    }),
  );
}

/** Gives whether there was anything to do: who is not there cannot leave. */
async function make(move: Move, stage: Stage): Promise<boolean> {
  const { people, cables, scene, memory } = stage;
  const dataOf = (said: Said) => ('text' in said ? memory.fill(said.text) : Buffer.from(said.bytes, 'hex'));
  if (move.does === 'ends') {
    for (const one of people.values()) {
      one.isLeaving = true;
      one.client.end();
    }
    await Promise.all([...people.values()].map(({ client }) => client.vanishes()));
    for (const cable of cables.values()) cable.heal();
    return true;
  }
  if (move.does === 'together') {
    for (const { who } of move.all) await getPerson(who, stage);
    const all = move.all.filter(({ who }) => people.get(who)?.isLeaving === false);
    await scene.host.together(() => {
      for (const { who, what } of all) people.get(who)?.client.sendAll(what.map(dataOf));
    });
    return true;
  }
  if (move.does === 'passes' || move.does === 'freezes' || move.does === 'heals') {
    return letPass(move, stage);
  }
  const isNew = !people.has(move.who);
  if (isNew && ((move.does !== 'connects' && move.does !== 'says') || isFrozen(move.who, stage)))
    return false;
  const person = await getPerson(move.who, stage);
  const { client } = person;
  if (move.does === 'connects') return isNew;
  if (person.isLeaving && move.does !== 'vanishes') return false;
  if (move.does === 'says') {
    client.sendAll(move.what.map(dataOf));
  } else if (move.does === 'breaks') {
    person.isBroken = true;
    client.link.state.tcp?.write(BROKEN[move.frame]);
    scene.entries.push({ kind: 'sent', who: move.who, text: `<${move.frame}>`, at: Date.now() });
  } else {
    person.isLeaving = true;
    // Over a frozen cable there is no goodbye.
    if (move.does === 'vanishes' || isFrozen(move.who, stage)) await client.vanishes();
    else if (move.does === 'leaves') await client.leaves(move.code);
    else await client.lingers();
  }
  return true;
}

/** Lets time pass, or changes a cable. Gives whether that was of any use. */
async function letPass(
  move: Extract<Move, { does: 'passes' | 'freezes' | 'heals' }>,
  { people, cables, scene: { entries, clock } }: Stage,
): Promise<boolean> {
  const cable = cables.get(move.who);
  if (!clock) throw new Error('Only on a clock of the check\'s can time pass: server(…, { clock: "own" })');
  if (move.does !== 'passes') {
    const person = people.get(move.who);
    if (!cable || !person) return false;
    const text = move.does === 'freezes' ? "'s cable freezes" : "'s cable heals";
    entries.push({ kind: 'happened', who: 'cable', text: `${move.who}${text}`, at: Date.now() });
    if (move.does === 'freezes') cable.freeze();
    else cable.heal();
    person.wasFrozen = true;
  }
  if (move.does !== 'heals') await clock.pass(move.ms);
  return true;
}

function isFrozen(name: string, { cables }: Stage): boolean {
  return cables.get(name)?.isFrozen('up') ?? false;
}

/** Who is not there yet connects. */
async function getPerson(name: string, { people, cables, port, scene }: Stage): Promise<Person> {
  const known = people.get(name);
  if (known) return known;
  const cable = cables.get(name);
  const how = await scene.enter?.(name);
  const client = await connectClient(name, cable?.port ?? port, scene, { ...how, ...(cable && { cable }) });
  const person = { client, taken: 0, isLeaving: false, isBroken: false, wasFrozen: false };
  people.set(name, person);
  return person;
}

/**
 * Waits until all is there that is expected, or nothing more can come.
 *
 * @param isExact whether to wait for what has come too much, too
 */
async function settle(
  scene: Scene,
  isComplete: () => boolean,
  grace: number,
  isExact: boolean,
): Promise<void> {
  let isOver = isComplete();
  if (!isOver) {
    const complete = new Promise<void>((resolve) => {
      scene.onProgress = () => isComplete() && resolve();
    });
    const began = Date.now();
    const silent = untilSilent(scene, [...scene.links], () => isOver, grace).then((how) => {
      if (!isOver && (how === 'slow' || Date.now() - began > LONG)) scene.isRestless = true;
    });
    await Promise.race([complete, silent]);
    isOver = true;
    delete scene.onProgress;
  }
  if (isExact) await untilArrived(scene, scene.isRestless ? TURNS : 1);
}
