/** The stage: clients of the same lesson side by side, frames by hand, and the wire under them. */
import { find } from './find.ts';
import { createClients } from './stage-clients.ts';
import { showHand } from './stage-hand.ts';
import { type BlockNews, isLoopback, type Order, readOrder } from './stage-messages.ts';
import { clientOfBlock, sendBytes } from './stage-server.ts';
import { isSmallStage } from './stage-small.ts';
import { createTabs } from './stage-tabs.ts';
import { showWire } from './wire.ts';

const top = find('#clients', HTMLElement);
const hand = find('#hand', HTMLElement);
const third = find('#third', HTMLButtonElement);
const wire = find('#wire', HTMLElement);

/** Where the page around us is, once it has asked for something. */
let around: string | undefined;

function tellAround(news: BlockNews): void {
  if (around !== undefined) window.parent.postMessage(news, around);
}

const clients = createClients((sentence) => {
  const state = find('#stage-state', HTMLElement);
  if (state.textContent !== sentence) state.textContent = sentence;
}, tellAround);

// The view looks on before the first client connects: it sees each handshake.
const untilSeen = showWire(wire);
showHand(hand, untilSeen);
const tabs = createTabs(find('#tabs', HTMLElement));
for (const name of isSmallStage() ? ['left'] : ['left', 'right']) addClient(name);
tabs.add('wire', 'Wire', wire);
tabs.add('hand', 'By hand', hand);
tabs.choose('left');

// The page around us can't tell by itself: a frame in which nothing came is loaded, too. This is no secret.
if (window.parent !== window) window.parent.postMessage({ course: 'there' }, '*');

function addClient(name: string): void {
  const panel = clients.add(name);
  top.insertBefore(panel, hand);
  tabs.add(name, name, panel);
}

function showThird(isWanted: boolean): void {
  if (isWanted === clients.has('third')) return;
  if (isWanted) {
    addClient('third');
  } else {
    clients.remove('third');
    tabs.remove('third');
  }
  third.textContent = isWanted ? 'Remove the third client' : 'Add a third client';
  third.setAttribute('aria-pressed', String(isWanted));
}

third.addEventListener('click', () => showThird(!clients.has('third')));

const byHand = find('#by-hand', HTMLButtonElement);
const enlarge = find('#enlarge', HTMLButtonElement);

function showByHand(isOpen: boolean): void {
  byHand.setAttribute('aria-expanded', String(isOpen));
  document.body.dataset.hand = isOpen ? 'open' : 'closed';
}

function enlargeWire(isLarge: boolean): void {
  enlarge.setAttribute('aria-pressed', String(isLarge));
  enlarge.textContent = isLarge ? 'Show the clients' : 'Enlarge the wire';
  document.body.dataset.wire = isLarge ? 'large' : 'half';
}

byHand.addEventListener('click', () => {
  const isOpen = byHand.getAttribute('aria-expanded') === 'true';
  showByHand(!isOpen);
  if (!isOpen) enlargeWire(false);
});
enlarge.addEventListener('click', () => enlargeWire(enlarge.getAttribute('aria-pressed') !== 'true'));

window.addEventListener('message', ({ source, origin, data }) => {
  if (window.parent === window || source !== window.parent || !isLoopback(origin)) return;
  const order = readOrder(data);
  if (!order) return;
  around = origin;
  obey(order).catch((error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error);
    tellAround({ course: 'ran', name: order.name, problem });
  });
});

/** Runs a block of the lesson's text, or sends one, by its name. */
async function obey({ course, name }: Order): Promise<void> {
  await clients.there();
  // What nobody sees might as well not have happened.
  await untilSeen();
  if (course === 'send') {
    await sendBytes({ name });
    tellAround({ course: 'ran', name });
    return;
  }
  const client = await clientOfBlock(name);
  if (client === 'third') showThird(true);
  clients.tell(client, { course: 'run', name });
}
