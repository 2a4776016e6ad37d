/** The lanes of the wire view: one for each client, in the order of the stage, and the heads with their names. */
import { make, makeSelect } from './make.ts';

export type Lane = {
  /** Its own for as long as the view lives. The server's numbers begin anew when it does. */
  id: number;
  name: string;
  isMine: boolean;
  isOpen: boolean;
  /** Whether the server has sent a close frame: then the client knows why the connection ends. */
  isClosing: boolean;
};

/** What stands on a lane, or on none. */
type Placed = { element: HTMLElement; lane: Lane | undefined };

export type Lanes = {
  heads: HTMLElement;
  /** A choice between the lanes. */
  filter: HTMLSelectElement;
  isWanted: (lane: Lane) => boolean;
  /** A feed begins. All lanes are closed until it says otherwise. Gives whether another run of the server sends it. */
  begin: (run: string) => boolean;
  /** The lane to which the server gives this number. It is made where there is none. */
  at: (number: number, name?: string) => Lane;
  /** Whether the server's number has a lane. */
  has: (number: number) => boolean;
  /** Puts a row's arrow onto its lane. */
  place: (row: Placed) => void;
  /** Shows the heads, and all rows on their lanes. A lane that is closed leaves with its last row. */
  show: (rows: Placed[]) => void;
};

/** The clients of the stage, from left to right. */
const STAGE = ['left', 'right', 'third'];
/** More lanes than these share the last one. */
const MOST_LANES = 5;

/**
 * @param view gets the number of columns
 * @param own the name of this page's own client
 */
export function createLanes(view: HTMLElement, own: string): Lanes {
  const heads = make('div', 'wire-lanes');
  const filter = makeSelect('Lane', ['All lanes']);
  const numbers = new Map<number, Lane>();
  let lanes: Lane[] = [];
  let made = 0;
  let lastRun = '';

  function at(number: number, name = ''): Lane {
    const known = numbers.get(number);
    if (known) return known;
    made += 1;
    const lane = {
      id: made,
      name: STAGE.includes(name) ? name : `client ${number}`,
      isMine: own !== '' && name === own,
      isOpen: true,
      isClosing: false,
    };
    numbers.set(number, lane);
    // As the clients stand on the stage, whoever was faster to connect; then by age.
    const rank = (one: Lane) => STAGE.indexOf(one.name) + 1 || STAGE.length + 1;
    lanes = [...lanes, lane].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
    return lane;
  }

  function columns(): number {
    return Math.max(1, Math.min(lanes.length, MOST_LANES));
  }

  function place({ element, lane }: Placed): void {
    if (lane === undefined) return;
    const column = Math.max(0, Math.min(lanes.indexOf(lane), MOST_LANES - 1)) + 1;
    element.style.setProperty('--lane', String(column));
    // Its text has half of the width at least.
    element.style.setProperty('--start', String(Math.min(column, Math.ceil(columns() / 2))));
  }

  function show(rows: Placed[]): void {
    lanes = lanes.filter((lane) => lane.isOpen || rows.some((row) => row.lane === lane));
    for (const [number, lane] of numbers) if (!lanes.includes(lane)) numbers.delete(number);
    view.style.setProperty('--columns', String(columns() + 1));
    for (const row of rows) place(row);
    heads.replaceChildren(...headsOf(lanes), make('span', 'wire-lane server', 'server'));
    const { value } = filter;
    const options = lanes.map(({ id, name, isMine }) => {
      const option = new Option(isMine ? `${name} (this page)` : name, String(id));
      option.selected = option.value === value;
      return option;
    });
    filter.replaceChildren(new Option('All lanes'), ...options);
  }

  return {
    heads,
    filter,
    isWanted: ({ id }) => filter.value === 'All lanes' || filter.value === String(id),
    begin(run) {
      const isAnother = lastRun !== '' && run !== lastRun;
      lastRun = run;
      for (const lane of lanes) lane.isOpen = false;
      if (isAnother) numbers.clear();
      return isAnother;
    },
    at,
    has: (number) => numbers.has(number),
    place,
    show,
  };
}

function headsOf(lanes: Lane[]): HTMLElement[] {
  if (lanes.length === 0) return [make('span', 'wire-lane gone', 'nobody yet')];
  return lanes.slice(0, MOST_LANES).map(({ isOpen, isMine, name }, at) => {
    const isShared = at === MOST_LANES - 1 && lanes.length > MOST_LANES;
    const head = make('span', `wire-lane${isOpen ? '' : ' gone'}`, isShared ? 'others' : name);
    if (isMine) head.append(make('span', 'wire-me', 'this page'));
    return head;
  });
}
