/** The clients of the stage: each is a page in a frame, at the address of a cable of its own. */
import type { CableWish } from '#shared/lesson/stage/cable-news.ts';
import { type Client, connect, makeClient, originOf, plugIn, post, showCable } from './stage-frame.ts';
import { createLookout } from './stage-lookout.ts';
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

/**
 * @param say shows a sentence: what is wrong, or '' where nothing is
 * @param hear is told what the blocks do that run in the pages
 */
export function createClients(say: (sentence: string) => void, hear: (news: BlockNews) => void): Clients {
  const clients = new Map<string, Client>();
  const lookout = createLookout(lay, say);

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

  function add(name: string): HTMLElement {
    const client = makeClient(name, (deed) => {
      wishCable({ client: name, do: deed, port: client.port }).then(
        (news) => showCable(client, news),
        lookout.glance,
      );
    });
    clients.set(name, client);
    lookout.glance();
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
      else lookout.glance();
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
    there: lookout.there,
    tell(name, order) {
      const client = clients.get(name);
      if (!client) return;
      if (client.isReady) post(client, order);
      else client.waiting.push(() => post(client, order));
    },
  };
}
