/** The lanes of the wire view: who has one, what it is called, and the heads with the names. */
import { visible } from '#shared/lesson/visible.ts';
import { make, makeSelect } from './make.ts';
import { called, type Lane } from './wire-lane.ts';
import { type Place, type Places, placesOf } from './wire-places.ts';

/** What stands on a lane, or on none. */
type Placed = { element: HTMLElement; lane: Lane | undefined };

export type Lanes = {
  heads: HTMLElement;
  /** The lines under the heads, for the eye only. */
  lines: HTMLElement;
  /** A choice between the lanes. */
  filter: HTMLSelectElement;
  isWanted: (lane: Lane) => boolean;
  /** A feed begins. All lanes are closed until it says otherwise. Gives whether another run of the server sends it. */
  begin: (run: string) => boolean;
  /** The server is away. Gives the lanes whose connections were open. */
  lose: () => Lane[];
  /** The lane to which the server gives this number. It is made where there is none. */
  at: (number: number, name?: string) => Lane;
  /** Whether the server's number has a lane. */
  has: (number: number) => boolean;
  /** Puts a row's arrow onto its lane. */
  place: (row: Placed) => void;
  /** Shows the heads, and all rows on their lanes. A lane that is closed leaves with its last row. */
  show: (rows: Placed[]) => void;
};

/** The clients of the stage, in its order. */
const STAGE = ['left', 'right', 'third', 'hand'];

/** @param own the name of this page's own client */
export function createLanes(view: HTMLElement, own: string): Lanes {
  const heads = make('div', 'wire-lanes');
  const lines = make('div', 'wire-lines');
  lines.setAttribute('aria-hidden', 'true');
  const filter = makeSelect('Lane', ['All lanes']);
  const numbers = new Map<number, Lane>();
  let lanes: Lane[] = [];
  let places: Places = placesOf(lanes);
  let made = 0;
  let lastRun = '';

  function at(number: number, asked = ''): Lane {
    const known = numbers.get(number);
    if (known) return known;
    const name = nameOf(number, asked, lanes);
    // Who connects again goes on in the same lane.
    const before = lanes.find(
      (lane) => !lane.isOpen && (lane.name === name || (asked && lane.asked === asked)),
    );
    const isMine = own !== '' && asked === own;
    const fresh = { asked, nickname: '', isMine, isOpen: true, isClosing: false };
    made += 1;
    const lane = before ? Object.assign(before, fresh) : { id: made, name, ...fresh };
    numbers.set(number, lane);
    const rank = (one: Lane) => (one.isMine ? 0 : STAGE.indexOf(one.asked) + 1 || STAGE.length + 1);
    if (!before) lanes = [...lanes, lane].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
    return lane;
  }

  function place({ element, lane }: Placed): void {
    if (lane === undefined) return;
    const found = places.clients.find((one) => one.lane === lane) ?? places.clients.find((one) => !one.lane);
    if (!found) return;
    element.style.setProperty('--at', String(found.at));
    element.classList.toggle('on-left', found.side === 'left');
    element.classList.toggle('on-right', found.side === 'right');
    element.classList.toggle('is-inner', found.isInner);
  }

  function show(rows: Placed[]): void {
    lanes = lanes.filter((lane) => lane.isOpen || rows.some((row) => row.lane === lane));
    for (const [number, lane] of numbers) if (!lanes.includes(lane)) numbers.delete(number);
    places = placesOf(lanes);
    view.style.setProperty('--server', String(places.server));
    for (const row of rows) place(row);
    heads.replaceChildren(...headsOf(places));
    lines.replaceChildren(...linesOf(places));
    fill(filter, lanes);
  }

  return {
    heads,
    lines,
    filter,
    isWanted: ({ id }) => filter.value === 'All lanes' || filter.value === String(id),
    begin(run) {
      const isAnother = lastRun !== '' && run !== lastRun;
      lastRun = run;
      for (const lane of lanes) lane.isOpen = false;
      if (isAnother) numbers.clear();
      return isAnother;
    },
    lose() {
      const open = lanes.filter(({ isOpen }) => isOpen);
      for (const lane of open) lane.isOpen = false;
      return open;
    },
    at,
    has: (number) => numbers.has(number),
    place,
    show,
  };
}

/** As the client is named. A second connection of the same client is "left 2". */
function nameOf(number: number, asked: string, lanes: Lane[]): string {
  const base = STAGE.includes(asked) ? asked : `client ${number}`;
  const isFree = (name: string) => !lanes.some((lane) => lane.isOpen && lane.name === name);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base} ${count}`;
    if (isFree(name)) return name;
  }
}

/** Offers these lanes. What was chosen stays chosen. */
function fill(filter: HTMLSelectElement, lanes: Lane[]): void {
  const { value } = filter;
  const options = lanes.map((lane) => {
    const option = new Option(lane.isMine ? `${called(lane)}, this page` : called(lane), String(lane.id));
    option.selected = option.value === value;
    return option;
  });
  filter.replaceChildren(new Option('All lanes'), ...options);
}

function headsOf({ clients, server }: Places): HTMLElement[] {
  const nobody = clients.length === 0 ? [head('nobody yet', 0, 'gone')] : [];
  const heads = [
    ...nobody,
    ...clients.filter(({ at }) => at < server).map(headOf),
    head('server', server, 'server'),
    ...clients.filter(({ at }) => at > server).map(headOf),
  ];
  // None is wider than the way to its neighbour.
  const ends = [...clients.map(({ at }) => at), server].sort((a, b) => a - b);
  const gaps = ends.slice(1).map((at, n) => at - (ends[n] ?? 0));
  for (const element of heads) element.style.setProperty('--gap', String(Math.min(1, ...gaps)));
  return heads;
}

function headOf({ lane, at }: Place): HTMLElement {
  if (!lane) return head('others', at, '');
  const { isOpen, isMine, name, nickname } = lane;
  const element = head(visible(nickname || name), at, isOpen ? '' : 'gone');
  element.title = called(lane);
  const small = isMine ? 'this page' : nickname === '' ? '' : name;
  if (small !== '') element.append(make('span', 'wire-me', small));
  return element;
}

function head(text: string, at: number, className: string): HTMLElement {
  const element = make('span', `wire-lane ${className}`.trim());
  element.append(make('span', 'wire-name', text));
  element.style.setProperty('--at', String(at));
  return element;
}

function linesOf({ clients, server }: Places): HTMLElement[] {
  return [...clients, { lane: undefined, at: server }].map(({ lane, at }) => {
    const state = at === server ? 'server' : lane?.isOpen === false ? 'gone' : '';
    const line = make('span', `wire-line ${state}`.trim());
    line.style.setProperty('--at', String(at));
    return line;
  });
}
