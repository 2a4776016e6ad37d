/** The list of the wire view: its rows, which of them are shown, and the same as text. */
import { printConversation } from '#shared/lesson/conversation.ts';
import { OPCODES } from '#shared/lesson/wire/frame.ts';
import { makeSelect } from './make.ts';
import type { Row } from './wire-arrows.ts';
import type { Lane } from './wire-lanes.ts';

export type Rows = {
  list: HTMLElement;
  /** A choice between the kinds of frames. */
  filter: HTMLSelectElement;
  all: () => Row[];
  add: (row: Row) => void;
  clear: () => void;
  /** Shows the rows that are wanted now, and no others. */
  sift: () => void;
  /** Does what adds rows, and keeps the newest in view unless the reader has scrolled up. The oldest leave. */
  follow: (work: () => void) => void;
  /** The conversation in the rows that are shown. */
  text: () => string;
};

/** A page that is open for a day must not grow for a day. */
const MOST_ROWS = 400;

/** @param isLaneWanted whether the rows of a lane are to be shown */
export function createRows(isLaneWanted: (lane: Lane) => boolean): Rows {
  const filter = makeSelect('Frames', ['All frames', 'handshake', ...Object.values(OPCODES)]);
  const list = document.createElement('ol');
  list.className = 'wire-rows';
  list.setAttribute('aria-label', 'Frames, the newest at the end');
  list.tabIndex = 0;
  let rows: Row[] = [];

  function isWanted({ lane, kind }: Row): boolean {
    return (!lane || isLaneWanted(lane)) && (filter.value === 'All frames' || filter.value === kind);
  }

  return {
    list,
    filter,
    all: () => rows,
    add(row) {
      row.element.hidden = !isWanted(row);
      rows.push(row);
      list.append(row.element);
    },
    clear() {
      rows = [];
      list.replaceChildren();
    },
    sift() {
      for (const row of rows) row.element.hidden = !isWanted(row);
    },
    follow(work) {
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
      work();
      while (rows.length > MOST_ROWS) rows.shift()?.element.remove();
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    },
    text: () =>
      printConversation(rows.filter(({ element }) => !element.hidden).map(({ entry }) => entry)).join('\n'),
  };
}
