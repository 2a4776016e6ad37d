/** The list of the wire view: its rows, which of them are shown, and the same as text. */
import { printConversation } from '#shared/lesson/conversation.ts';
import { OPCODES } from '#shared/lesson/wire/frame.ts';
import { make, makeSelect } from './make.ts';
import { makeNote, type Row } from './wire-arrows.ts';
import { createDrawer } from './wire-drawer.ts';
import { listenToKeys } from './wire-keys.ts';
import type { Lanes } from './wire-lanes.ts';
import { makeScroll } from './wire-scroll.ts';

export type Rows = {
  /** The list under its heads, and the drawer. */
  element: HTMLElement;
  /** A choice between the kinds of frames. */
  filter: HTMLSelectElement;
  all: () => Row[];
  add: (row: Row) => void;
  /** These were no truth. */
  takeBack: (rows: Row[]) => void;
  clear: () => void;
  /** Shows the rows that are wanted now, and no others. */
  sift: () => void;
  /** Does what adds rows, and keeps the newest in view unless the reader has scrolled up, or reads one. */
  follow: (work: () => void) => void;
  /** The conversation in the rows that are shown. */
  text: () => string;
};

/** A page that is open for a day must not grow for a day. */
const MOST_ROWS = 400;

export function createRows(lanes: Lanes): Rows {
  const filter = makeSelect('Frames', ['All frames', 'handshake', ...Object.values(OPCODES)]);
  const list = document.createElement('ol');
  list.className = 'wire-rows';
  list.setAttribute('aria-label', 'Frames, the newest at the end');
  let rows: Row[] = [];
  /** How many rows have left. */
  let left = 0;
  const gap = makeNote('').element;
  const scroll = makeScroll([lanes.heads, lanes.lines, list]);
  const drawer = createDrawer(() => scroll.keepInView(drawer.row()?.element));
  const keys = listenToKeys(list, (button) => {
    const row = drawer.row() && rows.find(({ arrow }) => arrow?.button === button);
    if (row) drawer.open(row);
  });
  const body = make('div', 'wire-body');
  body.append(scroll.element, drawer.element);
  drawer.listenToEscape(body);

  function isWanted({ lane, kind }: Row): boolean {
    return (!lane || lanes.isWanted(lane)) && (filter.value === 'All frames' || filter.value === kind);
  }

  /** The oldest leave. What one reads now stays, and so does how a connection began. */
  function drop(): void {
    const surplus = rows.length + 1 - MOST_ROWS;
    if (surplus <= 0) return;
    const kept = beginningsIn(rows);
    const isRead = (row: Row) => row === drawer.row() || row.element.contains(document.activeElement);
    const leaving = new Set(rows.filter((row) => !kept.has(row) && !isRead(row)).slice(0, surplus));
    for (const { element } of leaving) element.remove();
    rows = rows.filter((row) => !leaving.has(row));
    left += leaving.size;
    gap.firstElementChild?.replaceChildren(`${left.toLocaleString('en')} older rows are not kept`);
    list.insertBefore(gap, rows.find((row) => !kept.has(row))?.element ?? null);
  }

  return {
    element: body,
    filter,
    all: () => rows,
    add(row) {
      row.element.hidden = !isWanted(row);
      row.arrow?.button.setAttribute('aria-controls', drawer.element.id);
      row.arrow?.button.addEventListener('click', () => drawer.toggle(row));
      rows.push(row);
      list.append(row.element);
    },
    takeBack(untrue) {
      rows = rows.filter((row) => !untrue.includes(row));
      for (const { element } of untrue) element.remove();
    },
    clear() {
      drawer.close(false);
      rows = [];
      left = 0;
      list.replaceChildren();
      keys.settle();
    },
    sift() {
      for (const row of rows) row.element.hidden = !isWanted(row);
      if (drawer.row()?.element.hidden) drawer.close(false);
      keys.settle();
    },
    follow(work) {
      scroll.follow(() => {
        work();
        drop();
        keys.settle();
      }, drawer.row()?.element);
    },
    text: () =>
      printConversation(rows.filter(({ element }) => !element.hidden).map(({ entry }) => entry)).join('\n'),
  };
}

/** How each connection began that is open now. */
function beginningsIn(rows: Row[]): Set<Row> {
  const last = new Map(rows.filter(({ kind }) => kind === 'handshake').map((row) => [row.lane, row]));
  return new Set([...last.values()].filter(({ lane }) => lane?.isOpen));
}
