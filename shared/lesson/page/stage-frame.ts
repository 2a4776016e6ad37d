/** One client of the stage: its frame, the buttons of its cable, and what its page is told. */
import type { CableNews } from '#shared/lesson/stage/cable-news.ts';
import { make, makeButton } from './make.ts';
import type { ClientOrder } from './stage-messages.ts';

export type Client = {
  name: string;
  panel: HTMLElement;
  frame: HTMLIFrameElement;
  state: HTMLElement;
  /** That of its cable. 0: it was never laid. */
  port: number;
  isReady: boolean;
  /** What to do when its page is there. */
  waiting: (() => void)[];
  /** Whether to press its button, as soon as it knows that its connection has ended. */
  isLost: boolean;
};

const DEEDS = { cut: 'Cut', freeze: 'Freeze', slow: 'Slow', heal: 'Heal' } as const;

/** The cable is new: at its first address the page is loaded, at a known one it connects again. */
export function plugIn(client: Client, { port }: CableNews): void {
  const isKnown = port === client.port && client.isReady;
  client.port = port;
  if (isKnown) {
    client.isLost = true;
    connect(client);
  } else {
    client.isReady = false;
    client.frame.src = `${originOf(client)}/?client=${client.name}`;
  }
}

export function connect(client: Client): void {
  post(client, { course: 'connect' });
}

export function post(client: Client, order: ClientOrder): void {
  client.frame.contentWindow?.postMessage(order, originOf(client));
}

export function originOf({ port }: Client): string {
  return `http://localhost:${port}`;
}

export function showCable({ panel, state }: Client, { isFrozen, isSlow }: CableNews): void {
  const words = [...(isFrozen ? ['frozen'] : []), ...(isSlow ? ['slow'] : [])];
  panel.dataset.cableState = words.join(' ');
  if (state.textContent !== words.join(', ')) state.textContent = words.join(', ');
}

export function makeClient(name: string, treat: (deed: keyof typeof DEEDS) => void): Client {
  const panel = make('section', 'stage-panel client');
  panel.id = `client-${name}`;
  panel.setAttribute('aria-label', `Client: ${name}`);
  const head = make('div', 'client-head');
  const state = make('span', 'cable-state');
  state.setAttribute('role', 'status');
  const cable = make('div', 'cable');
  cable.setAttribute('role', 'group');
  cable.setAttribute('aria-label', `Cable of ${name}`);
  for (const deed of ['cut', 'freeze', 'slow', 'heal'] as const) {
    const button = makeButton(DEEDS[deed], () => treat(deed));
    button.dataset.cable = deed;
    cable.append(button);
  }
  head.append(make('h2', 'client-name', name), state, cable);
  const frame = document.createElement('iframe');
  frame.name = name;
  frame.title = `Client: ${name}`;
  panel.append(head, frame);
  return { name, panel, frame, state, port: 0, isReady: false, waiting: [], isLost: false };
}
