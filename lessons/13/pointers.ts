/** Where everybody points: shows the points of the others, and sends our own, of which only the newest counts. */
import type { Point } from './protocol.ts';

/** In ms: twenty a second. The server tells no more. */
const EVERY = 50;
/** An arrow key moves the point by so much, as a part of the area. */
const STEP = 0.02;

type Options = {
  /** Gives false where it cannot go now. */
  send: (at: Point) => boolean;
};

export function createPointers(area: HTMLElement, { send }: Options) {
  const mine = document.createElement('span');
  const marks = new Map<string, HTMLElement>();
  let own: Point = [0.5, 0.5];
  /** The newest point that was not sent yet. An older one is of no use to anybody. */
  let next: Point | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  function go(): void {
    if (next === undefined) stop();
    else if (send(next)) next = undefined;
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    next = undefined;
  }

  function moveTo(x: number, y: number): void {
    own = [clamp(x), clamp(y)];
    next = own;
    place(mine, 'You', own);
    if (!mine.isConnected) area.append(mine);
    if (timer !== undefined) return;
    go();
    timer = setInterval(go, EVERY);
  }

  area.tabIndex = 0; // For the arrow keys.
  area.addEventListener('pointermove', ({ clientX, clientY }) => {
    const { left, top, width, height } = area.getBoundingClientRect();
    moveTo((clientX - left) / width, (clientY - top) / height);
  });
  area.addEventListener('keydown', (event) => {
    const [dx, dy] = STEPS[event.key] ?? [0, 0];
    if (dx === 0 && dy === 0) return;
    event.preventDefault();
    moveTo(own[0] + dx * STEP, own[1] + dy * STEP);
  });

  function show(username: string, x: number, y: number): void {
    const mark = marks.get(username) ?? area.appendChild(document.createElement('span'));
    marks.set(username, mark);
    place(mark, username, [x, y]);
  }

  return {
    /** The points of all these. Our own we know better: it is under our hand. */
    take(points: [string, number, number][], ownName?: string): void {
      for (const [username, x, y] of points) if (username !== ownName) show(username, x, y);
    },
    remove(usernames: Iterable<string>): void {
      for (const username of usernames) {
        marks.get(username)?.remove();
        marks.delete(username);
      }
    },
    /** The link has ended: nobody points any more. */
    clear(): void {
      stop();
      mine.remove();
      this.remove([...marks.keys()]);
    },
  };
}

function place(mark: HTMLElement, name: string, [x, y]: Point): void {
  mark.className = 'point';
  mark.textContent = name;
  mark.style.left = `${x * 100}%`;
  mark.style.top = `${y * 100}%`;
}

const STEPS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
