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

export function listenToFeed({ onEvents, onAway, onBack }: Listener): void {
  let isAway = false;
  connect();

  function connect(): void {
    const source = new EventSource('/wire');
    source.addEventListener('open', () => {
      isAway = false;
      onBack();
    });
    source.addEventListener('error', () => {
      if (!isAway) onAway();
      isAway = true;
      // Mostly it tries again by itself. Not where something else has answered, or nothing for too long.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    });
    // Ours: the same server that gave this page.
    source.addEventListener('message', ({ data }) => onEvents(JSON.parse(data)));
  }
}
