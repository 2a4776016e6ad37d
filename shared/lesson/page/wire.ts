/**
 * The wire view: a live sequence diagram of the frames that cross the server's sockets. A lane for each
 * client, one for the server, an arrow for each frame. A click opens a frame, byte by byte.
 */
import type { WireEvent } from '#shared/lesson/wire/events.ts';
import { make, makeButton } from './make.ts';
import { makeEnd, makeFrame, makeHandshake, makeNote, type Row } from './wire-arrows.ts';
import { frameIn } from './wire-details.ts';
import { createLanes, type Lanes } from './wire-lanes.ts';
import { createRows, type Rows } from './wire-rows.ts';

/**
 * Shows the wire in an element, for as long as the page lives.
 *
 * @param view an empty element
 * @param own the name of this page's own client, as its address has it
 */
export function showWire(view: HTMLElement, own = ''): void {
  const lanes = createLanes(view, own);
  const rows = createRows(lanes.isWanted);
  const state = make('p', 'wire-state');
  state.setAttribute('role', 'status');
  const say = (text: string) => {
    state.textContent = text;
  };
  const add = (row: Row) => {
    lanes.place(row);
    rows.add(row);
  };
  let isPaused = false;
  let missed = 0;

  const pause = makeButton('Pause', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    pause.setAttribute('aria-pressed', String(isPaused));
    if (!isPaused && missed > 0) add(makeNote(`${missed} not shown while the view was paused`));
    missed = 0;
  });
  const clear = makeButton('Clear', () => {
    rows.clear();
    lanes.show(rows.all());
  });
  const top = make('div', 'wire-top');
  const copy = makeButton('Copy as text', () => copyText(rows.text(), top, say));
  const tools = make('div', 'wire-tools');
  tools.append(lanes.filter, rows.filter, pause, clear, copy);
  top.append(make('h2', 'wire-title', 'On the wire'), tools);
  view.setAttribute('aria-label', 'On the wire');
  view.append(top, state, lanes.heads, rows.list);
  addStylesheet();
  for (const filter of [lanes.filter, rows.filter]) filter.addEventListener('change', rows.sift);

  function take(event: WireEvent): void {
    const row = rowOf(event, lanes, rows);
    if (!row) return;
    if (!isPaused) add(row);
    else missed += event.kind === 'left-out' ? event.count : 1;
  }

  const source = new EventSource('/wire');
  source.addEventListener('open', () => say(''));
  source.addEventListener('error', () => say('The server is away. The view waits for it.'));
  source.addEventListener('message', ({ data }) => {
    // Ours: the same server that gave this page.
    const events: WireEvent[] = JSON.parse(data);
    rows.follow(() => {
      for (const event of events) take(event);
    });
  });
  lanes.show(rows.all());
}

/** The row for an event, if it has one. What it says of its lane is noted, shown or not. */
function rowOf(event: WireEvent, lanes: Lanes, rows: Rows): Row | undefined {
  switch (event.kind) {
    case 'run': {
      const isAnother = lanes.begin(event.run);
      lanes.show(rows.all());
      return isAnother ? makeNote('The server was started again') : undefined;
    }
    case 'left-out':
      return makeNote(`${framesOf(event.count)} came too fast, and are left out here`);
    case 'crowded':
      return makeNote(`Only ${event.most} connections at once are shown here`);
    case 'frame': {
      const lane = lanes.at(event.lane);
      const isClose = frameIn(event).opcode === 8 && !event.error;
      lane.isClosing ||= isClose && event.from === 'server';
      return makeFrame(event, lane);
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
      lanes.show(rows.all());
      return makeEnd(lane);
    }
  }
}

async function copyText(text: string, top: HTMLElement, say: (text: string) => void): Promise<void> {
  top.parentElement?.querySelector('textarea')?.remove();
  say(''); // Until it is done, the view must not say so of the last time.
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    // Not every frame may write to the clipboard. A text that is selected can be copied by hand.
    const field = document.createElement('textarea');
    field.readOnly = true;
    field.value = text;
    field.setAttribute('aria-label', 'The conversation as text');
    top.after(field);
    field.select();
    field.addEventListener('blur', () => field.remove());
    say('Copy this text.');
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
