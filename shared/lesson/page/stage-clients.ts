/** The clients of the stage: each is a page in a frame, at the address of a cable of its own. */
import type { CableNews, CableWish } from '#shared/lesson/stage/cable-news.ts';
import { make, makeButton } from './make.ts';
import { type BlockNews, type ClientOrder, readClientNews } from './stage-messages.ts';
import { closeCable, lookAtCables, wishCable } from './stage-server.ts';

export type Clients = {
  add: (name: string) => HTMLElement;
  remove: (name: string) => void;
  has: (name: string) => boolean;
  /** Resolves when the server is there, and every cable. @throws where it does not come back */
  there: () => Promise<void>;
  /** Tells a client's page something, once it is there. */
  tell: (name: string, order: ClientOrder) => void;
};

type Client = {
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

/** In ms: how often to look whether the server is there, and while it is away. */
const CALM = 2000;
const ANXIOUS = 200;
/** In ms: a server that starts again is there within this. */
const PATIENCE = 10_000;

/**
 * @param say shows a sentence: what is wrong, or '' where nothing is
 * @param hear is told what the blocks do that run in the pages
 */
export function createClients(say: (sentence: string) => void, hear: (news: BlockNews) => void): Clients {
  const clients = new Map<string, Client>();
  let looking: Promise<void> | undefined;
  let timer = 0;

  /** Lays the cables that are not there: after a restart of the server none is. The pages stay as they are. */
  async function lay(): Promise<void> {
    const news = await lookAtCables();
    for (const client of clients.values()) {
      const { name, port } = client;
      const known = news.find((one) => one.client === name && one.port === port);
      const wish: CableWish = port === 0 ? { client: name, do: 'open' } : { client: name, do: 'open', port };
      const laid = known ?? (await wishCable(wish));
      if (clients.get(name) !== client) closeCable(name, laid.port);
      else if (!known) plugIn(client, laid);
      showCable(client, laid);
    }
  }

  /** Looks at the server now, and then again and again. One look at a time. */
  function look(): Promise<void> {
    window.clearTimeout(timer);
    looking ??= lay()
      .then(() => {
        say('');
        timer = window.setTimeout(watch, CALM);
      })
      .catch((error: unknown) => {
        say(error instanceof Error ? error.message : String(error));
        timer = window.setTimeout(watch, ANXIOUS);
        throw error;
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  function watch(): void {
    look().catch(() => {}); // It was said.
  }

  function add(name: string): HTMLElement {
    const client = makeClient(name, (deed) => {
      wishCable({ client: name, do: deed, port: client.port }).then(
        (news) => showCable(client, news),
        () => watch(),
      );
    });
    clients.set(name, client);
    // A look that is under way may have passed it over.
    if (looking) looking.then(watch, () => {});
    else watch();
    return client.panel;
  }

  window.addEventListener('message', ({ source, origin, data }) => {
    const client = [...clients.values()].find(({ frame }) => frame.contentWindow === source);
    const news = readClientNews(data);
    if (!client || !news || origin !== originOf(client)) return;
    if (news.course === 'ready') {
      client.isReady = true;
      for (const go of client.waiting.splice(0)) go();
    } else if (news.course !== 'connection') {
      hear(news);
    } else if (news.state === 'closed') {
      // By itself, or with the server? One look tells.
      if (client.isLost) connect(client);
      else watch();
      client.isLost = false; // Once: where nobody is let in, it would go on for ever.
    } else if (news.state === 'open') {
      client.isLost = false;
    }
  });
  window.addEventListener('pagehide', () => {
    for (const { name, port } of clients.values()) closeCable(name, port);
  });

  return {
    add,
    has: (name) => clients.has(name),
    remove(name) {
      const client = clients.get(name);
      client?.panel.remove();
      clients.delete(name);
      if (client && client.port !== 0) closeCable(name, client.port);
    },
    async there() {
      for (const start = performance.now(); ; ) {
        try {
          return await look();
        } catch (error) {
          if (performance.now() - start > PATIENCE) throw error;
          await new Promise((resolve) => window.setTimeout(resolve, ANXIOUS));
        }
      }
    },
    tell(name, order) {
      const client = clients.get(name);
      if (!client) return;
      if (client.isReady) post(client, order);
      else client.waiting.push(() => post(client, order));
    },
  };
}

/** The cable is new: at its first address the page is loaded, at a known one it connects again. */
function plugIn(client: Client, { port }: CableNews): void {
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

function connect(client: Client): void {
  post(client, { course: 'connect' });
}

function post(client: Client, order: ClientOrder): void {
  client.frame.contentWindow?.postMessage(order, originOf(client));
}

function originOf({ port }: Client): string {
  return `http://localhost:${port}`;
}

function showCable({ panel, state }: Client, { isFrozen, isSlow }: CableNews): void {
  const words = [...(isFrozen ? ['frozen'] : []), ...(isSlow ? ['slow'] : [])];
  panel.dataset.cableState = words.join(' ');
  if (state.textContent !== words.join(', ')) state.textContent = words.join(', ');
}

function makeClient(name: string, treat: (deed: keyof typeof DEEDS) => void): Client {
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
