/** Plays a script of moves against a server, and takes down what each of the people hears after each move. */
import type { Move, Said } from './moves.ts';
import { rawFrame } from './raw-client.ts';
import type { Heard, Scene } from './scene.ts';
import { untilArrived, untilSilent } from './silence.ts';
import { type Client, connectClient } from './test-client.ts';

/** What one of them heard after one move, and the code with which the server closed their connection, if it did. */
export type HeardBy = { heard: Heard[]; closed?: number };

/** Milliseconds: most of what is expected comes sooner, and then nobody need ask whether more comes. */
const GRACE = 3;

/** By name: those who were connected at that move. */
export type Step = Map<string, HeardBy>;

/**
 * Plays moves, one after the other: each when nothing more comes of the one before.
 *
 * @param onStep gets what was heard after each move, and when it began (ms); it says whether to go on
 * @param isComplete whether all has come that is expected after move number n: then nobody waits for silence
 * @throws WrongAnswer where the server lets nobody in; ServerProblem where it is no more
 */
export async function play(
  script: Move[],
  port: number,
  scene: Scene,
  onStep: (step: Step, at: number, began: number) => boolean,
  isComplete: (step: Step, at: number, began: number) => boolean = () => false,
): Promise<void> {
  const people: People = new Map();
  let isStopped = false;
  for (let at = 0; at < script.length && !isStopped; at += 1) {
    const move = script[at];
    if (!move) break;
    const began = Date.now();
    await make(move, people, port, scene);
    const look = () => stepOf(people);
    const canBeSeen = move.does === 'says' || move.does === 'connects';
    const isDone = () => (canBeSeen || scene.isRestless === true) && isComplete(look(), at, began);
    await settle(scene, isDone, canBeSeen ? GRACE : 0);
    isStopped = !onStep(look(), at, began);
    for (const [name, one] of people) {
      one.taken = one.client.link.heard.length;
      if (one.client.link.state.isClosed) people.delete(name);
    }
  }
  for (const { client } of people.values()) client.end();
  if (!isStopped) await settle(scene, () => scene.isRestless === true);
}

type Person = { client: Client; taken: number; isLeaving: boolean };
type People = Map<string, Person>;

function stepOf(people: People): Step {
  return new Map(
    [...people].map(([name, { client, taken, isLeaving }]) => {
      const { heard, state } = client.link;
      const isThrownOut = state.isClosed && !isLeaving && state.code !== undefined;
      return [name, { heard: heard.slice(taken), ...(isThrownOut ? { closed: state.code } : {}) }];
    }),
  );
}

async function make(move: Move, people: People, port: number, scene: Scene): Promise<void> {
  if (move.does === 'ends') {
    for (const one of people.values()) {
      one.isLeaving = true;
      one.client.end();
    }
    await Promise.all([...people.values()].map(({ client }) => client.vanishes()));
    return;
  }
  let person = people.get(move.who);
  if (!person && (move.does === 'connects' || move.does === 'says')) {
    const client = await connectClient(move.who, port, scene);
    scene.entries.push({ kind: 'connected', who: move.who, at: Date.now() });
    person = { client, taken: 0, isLeaving: false };
    people.set(move.who, person);
  }
  if (!person || (person.isLeaving && move.does !== 'vanishes')) return;
  const { client } = person;
  if (move.does === 'says') {
    client.sendAll(move.what.map(dataOf));
    return;
  }
  if (move.does === 'connects') return;
  if (move.does === 'breaks') {
    client.link.state.tcp?.write(rawFrame(1, 'hi', { masked: false }));
    scene.entries.push({ kind: 'sent', who: move.who, text: '<a frame without a mask>', at: Date.now() });
    return;
  }
  person.isLeaving = true;
  if (move.does === 'leaves') await client.leaves(move.code);
  else if (move.does === 'vanishes') await client.vanishes();
  else await client.lingers();
}

function dataOf(said: Said): string | Buffer {
  return 'text' in said ? said.text : Buffer.from(said.bytes, 'hex');
}

/** Waits until all is there that is expected, or nothing more can come, and then for what has come too much. */
async function settle(scene: Scene, isComplete: () => boolean, grace = 0): Promise<void> {
  let isOver = isComplete();
  if (!isOver) {
    const complete = new Promise<void>((resolve) => {
      scene.onProgress = () => isComplete() && resolve();
    });
    const silent = untilSilent(scene, [...scene.links], () => isOver, grace).then((how) => {
      if (how === 'slow' && !isOver) scene.isRestless = true;
    });
    await Promise.race([complete, silent]);
    isOver = true;
    delete scene.onProgress;
  }
  await untilArrived(scene, isComplete());
}
