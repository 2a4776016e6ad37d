/**
 * The wire view: a live sequence diagram of the frames that cross the server's sockets. The server's lane in the
 * middle, one for each client beside it, an arrow for each frame. A click opens a frame, byte by byte, in a drawer.
 */
import type { WireEvent } from '#shared/lesson/wire/events.ts';
import { makeButton } from './make.ts';
import { makeEnd, makeFrame, makeHandshake, makeNote, type Row } from './wire-arrows.ts';
import { frameIn, nicknameIn } from './wire-details.ts';
import { listenToFeed } from './wire-feed.ts';
import { createLanes, type Lanes } from './wire-lanes.ts';
import { createRows, type Rows } from './wire-rows.ts';
import { copyText, makeTools } from './wire-tools.ts';

/**
 * Shows the wire in an element, for as long as the page lives.
 *
 * @param view an empty element
 * @param own the name of this page's own client, as its address has it
 * @returns a function that resolves when what happens from now on is seen, or the server does not come back soon
 */
export function showWire(view: HTMLElement, own = ''): () => Promise<void> {
  const lanes = createLanes(view, own);
  const rows = createRows(lanes);
  const add = (row: Row) => {
    lanes.place(row);
    rows.add(row);
  };
  const pause = createPause(add, rows);
  const clear = makeButton('Clear', () => {
    rows.clear();
    lanes.show(rows.all());
  });
  const copy = makeButton('Copy as text', () => copyText(rows.text(), tools));
  const tools = makeTools([lanes.filter, rows.filter, pause.button, clear, copy]);
  view.setAttribute('aria-label', 'On the wire');
  view.append(tools.element, rows.element);
  addStylesheet();
  for (const filter of [lanes.filter, rows.filter]) filter.addEventListener('change', rows.sift);

  /** What was said of a server that went away. It was not true if the same one is back. */
  let farewell: Row[] = [];
  const untilHeard = listenToFeed({
    onBack() {
      tools.say('');
      view.classList.remove('is-away');
    },
    onAway() {
      view.classList.add('is-away');
      tools.say('The server is away.');
      farewell = [makeNote('The server is away. What came before stays here.'), ...lanes.lose().map(makeEnd)];
      rows.follow(() => farewell.forEach(add));
      lanes.show(rows.all());
    },
    onEvents(events) {
      rows.follow(() => {
        for (const event of events) {
          const row = event.kind === 'run' ? greet(event.run) : rowOf(event, lanes, rows);
          if (row) pause.take(row, event);
        }
      });
    },
  });
  lanes.show(rows.all());
  return untilHeard;

  function greet(run: string): Row | undefined {
    const isAnother = lanes.begin(run);
    const wasAway = farewell.length > 0;
    if (!isAnother) rows.takeBack(farewell);
    farewell = [];
    lanes.show(rows.all());
    if (isAnother) return makeNote('The server was started again');
    return wasAway ? makeNote('The view was cut off, and has missed what passed meanwhile') : undefined;
  }
}

type Pause = {
  button: HTMLButtonElement;
  /** Adds a row, unless the view is paused: then it is counted. */
  take: (row: Row, event: WireEvent) => void;
};

function createPause(add: (row: Row) => void, rows: Rows): Pause {
  let isPaused = false;
  let missed = 0;
  /** How a connection began is shown even if it did so meanwhile. */
  let beginnings: Row[] = [];
  const button = makeButton('Pause', () => {
    isPaused = !isPaused;
    button.textContent = isPaused ? 'Go on' : 'Pause';
    button.setAttribute('aria-pressed', String(isPaused));
    rows.follow(() => {
      for (const row of beginnings) if (row.lane?.isOpen) add(row);
      if (missed > 0) add(makeNote(`${missed} not shown while the view was paused`));
    });
    missed = 0;
    beginnings = [];
  });
  return {
    button,
    take(row, event) {
      if (!isPaused) add(row);
      else if (event.kind === 'open') beginnings.push(row);
      else missed += event.kind === 'left-out' ? event.count : 1;
    },
  };
}

/** The row for an event, if it has one. What it says of its lane is noted, shown or not. */
function rowOf(event: Exclude<WireEvent, { kind: 'run' }>, lanes: Lanes, rows: Rows): Row | undefined {
  switch (event.kind) {
    case 'left-out':
      return makeNote(`${framesOf(event.count)} came too fast, and are left out here`);
    case 'crowded':
      return makeNote(`Only ${event.most} connections at once are shown here`);
    case 'frame': {
      const lane = lanes.at(event.lane);
      const isClose = frameIn(event).opcode === 8 && !event.error;
      lane.isClosing ||= isClose && event.from === 'server';
      const row = makeFrame(event, lane);
      const nickname = nicknameIn(event);
      if (nickname !== undefined && nickname !== lane.nickname) {
        lane.nickname = nickname;
        lanes.show(rows.all());
      }
      return row;
    }
    case 'open': {
      const isKnown = lanes.has(event.lane);
      const lane = lanes.at(event.lane, event.name);
      lane.isOpen = true;
      lanes.show(rows.all());
      // The feed came back: this connection stands here already.
      return isKnown ? undefined : makeHandshake(event, lane);
    }
    case 'closed': {
      const lane = lanes.at(event.lane);
      lane.isOpen = false;
      const row = makeEnd(lane);
      lanes.show(rows.all());
      return row;
    }
  }
}

function addStylesheet(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/shared/lesson/page/wire.css';
  document.head.append(link);
}

function framesOf(count: number): string {
  return count === 1 ? '1 frame' : `${count.toLocaleString('en')} frames`;
}
