/** Listens to what the server tells of its wire, for as long as the page lives, whatever becomes of the server. */
import type { WireEvent } from '#shared/lesson/wire/events.ts';

export type Listener = {
  onEvents: (events: WireEvent[]) => void;
  /** The server can't be reached. It is called once, until it can be. */
  onAway: () => void;
  onBack: () => void;
};

/** In ms. A browser that has given up is told to try again. */
const AGAIN = 1000;
/** In ms: who waits for a server that is away is not kept for longer. */
const PATIENCE = 2000;

/** @returns a function that resolves when what happens on the wire is heard, or the server does not come back soon */
export function listenToFeed({ onEvents, onAway, onBack }: Listener): () => Promise<void> {
  let isAway = false;
  let isHeard = false;
  const waiting = new Set<() => void>();
  connect();
  return () =>
    new Promise((resolve) => {
      if (isHeard) return resolve();
      waiting.add(resolve);
      setTimeout(resolve, PATIENCE);
    });

  function connect(): void {
    const source = new EventSource('/wire');
    source.addEventListener('open', () => {
      isAway = false;
      isHeard = true;
      onBack();
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
    source.addEventListener('error', () => {
      if (!isAway) onAway();
      isAway = true;
      isHeard = false;
      // Mostly it tries again by itself. Not where something else has answered, or nothing for too long.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    });
    // Ours: the same server that gave this page.
    source.addEventListener('message', ({ data }) => onEvents(JSON.parse(data)));
  }
}
