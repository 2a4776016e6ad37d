/** Somebody in the storm: our own socket and delivery, at the end of a cable that is cut, and cut again. */
import { WebSocket } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';
import { numbersFrom } from '#shared/lesson/numbers.ts';
import { createDelivery } from './delivery.ts';
import { type ClientMessage, parseServerMessage, type Said } from './protocol.ts';
import { openReconnectingSocket } from './reconnecting-socket.ts';
import type { Person } from './storm-story.ts';
import type { Witness } from './storm-witness.ts';

/** In bytes, in each direction: after so many at least, and so many more at most, comes the next cut. */
const NEXT_CUT = { up: [1500, 10_000], down: [1500, 15_000] } as const;
/** In ms, each way. */
const DELAY = 4;
/** How we come back. Waits of seconds would make a long experiment. */
const BACK = { base: 30, cap: 120 };

/**
 * Connects somebody, and gives them once they have joined. From then on the cable is cut at random places.
 *
 * @param port of the server
 * @param seed the same one draws the same numbers
 */
export async function openPerson(name: Person, port: number, seed: number, witness: Witness) {
  const random = numbersFrom(seed);
  const cable = await openCable(port);
  cable.delay(DELAY);
  let [waiting, cuts, replays] = [0, 0, 0];
  let [isReplaying, isCalm] = [false, false];
  let begin = () => {};
  const joined = new Promise<void>((resolve) => {
    begin = resolve;
  });

  const show = ({ message }: Said) => {
    if (name === 'bob') witness.shows(message);
  };
  const delivery = createDelivery({
    send,
    show,
    replace: (messages) => messages.forEach(show),
    showWaiting: ({ length }) => {
      waiting = length;
    },
  });
  const link = openReconnectingSocket(`ws://127.0.0.1:${cable.port}`, {
    WebSocket,
    random,
    ...BACK,
    mostQueued: 0,
    onOpen: join,
    onMessage: receive,
    onState({ state }) {
      if (state !== 'waiting') return;
      cuts += 1;
      witness.cut(name);
      delivery.lost();
      if (!isCalm) draw();
    },
  });

  function send(message: ClientMessage): void {
    witness.sent(name, message);
    if (message.type === 'since') isReplaying = true;
    link.send(JSON.stringify(message));
  }

  function join(): void {
    if (link.state() === 'open') send({ type: 'join', username: name });
  }

  function receive(text: string): void {
    const message = parseServerMessage(text);
    if (!message) return;
    witness.received(name, message);
    if (message.type === 'joined') begin();
    if (message.type === 'error') setTimeout(join, 20); // Our own ghost has the name.
    if (message.type === 'chat' && isReplaying) aim();
    if (['chat', 'missed', 'snapshot'].includes(message.type)) isReplaying = false;
    delivery.receive(message);
  }

  /** A live message came, and the answer about those before it did not yet. Each third time the cut is right here. */
  function aim(): void {
    replays += 1;
    if (replays % 3 === 1 && !isCalm) cable.cutAfter(20, 'down');
  }

  /** Where the next cut is. There is one in each direction: the first of the two comes. */
  function draw(): void {
    for (const direction of ['up', 'down'] as const) {
      const [least, more] = NEXT_CUT[direction];
      cable.cutAfter(least + Math.floor(random() * more), direction);
    }
  }

  await joined;
  draw();
  return {
    write: delivery.write,
    /** How many texts have no ack. */
    waiting: () => waiting,
    cuts: () => cuts,
    /** No more cuts. */
    calm() {
      isCalm = true;
      cable.heal();
    },
    async end() {
      link.close();
      await cable.end();
    },
  };
}
