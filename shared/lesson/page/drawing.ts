/** A sheet to draw on: pointers, keys, scaling and painting. What goes over the network is not its business. */
import { find } from './find.ts';

/** A place on the sheet, as fractions of its width and height. */
type Point = [x: number, y: number];

/** A straight line. `width` is in thousandths of the sheet's width. */
type Line = { from: Point; to: Point; color: string; width: number };

export type Drawing = {
  /** Paints one more confirmed line, on top of the others. */
  paint: (line: Line) => void;
  /** Paints these lines in place of all confirmed ones. */
  paintAll: (lines: Line[]) => void;
  /** Shows these lines above all others, in place of those that it showed before: ours, on their way. */
  showProvisional: (lines: Line[]) => void;
};

/**
 * Brings the sheet of a page to life. There are two canvases, one on the other: `#confirmed` below,
 * where everybody has the same lines in the same order, and `#provisional` above, which takes the pointer.
 *
 * @param maxLines how many confirmed lines to keep: of more than these the oldest goes
 * @param pen the colour and the width to draw with now
 * @param onLine called for each line that the person here draws. It is not painted: the caller decides.
 */
export function createDrawing(
  maxLines: number,
  pen: () => { color: string; width: number },
  onLine: (line: Line) => void,
): Drawing {
  const lower = find('#confirmed', HTMLCanvasElement);
  const upper = find('#provisional', HTMLCanvasElement);
  let confirmed: Line[] = [];
  let provisional: Line[] = [];

  const draw = (from: Point, to: Point) => onLine({ from, to, ...pen() });
  drawWithPointers(upper, draw);
  drawWithKeys(upper, draw);

  const repaintLower = oncePerFrame(() => repaint(lower, confirmed));
  const repaintUpper = oncePerFrame(() => repaint(upper, provisional));
  onResize(lower, (width, height) => {
    for (const canvas of [lower, upper]) {
      canvas.width = width; // This empties the canvas, too.
      canvas.height = height;
    }
    repaint(lower, confirmed);
    repaint(upper, provisional);
  });

  return {
    paint: (line) => {
      confirmed.push(line);
      strokeLine(lower, line);
      if (confirmed.length <= maxLines) return;
      // Lines lie on each other, so one cannot be wiped out: all the others are painted anew.
      confirmed.shift();
      repaintLower();
    },
    paintAll: (lines) => {
      confirmed = lines.slice(-maxLines);
      repaint(lower, confirmed);
    },
    showProvisional: (lines) => {
      provisional = [...lines];
      repaintUpper();
    },
  };
}

function repaint(canvas: HTMLCanvasElement, lines: Line[]): void {
  getContext(canvas).clearRect(0, 0, canvas.width, canvas.height);
  for (const line of lines) strokeLine(canvas, line);
}

/** Every line of every canvas is painted here, so the same lines in the same order give the same pixels. */
function strokeLine(canvas: HTMLCanvasElement, { from, to, color, width }: Line): void {
  const context = getContext(canvas);
  const [x1, y1] = [from[0] * canvas.width, from[1] * canvas.height];
  const [x2, y2] = [to[0] * canvas.width, to[1] * canvas.height];
  const thickness = (width / 1000) * canvas.width;
  context.beginPath();
  if (x1 === x2 && y1 === y2) {
    // Browsers do not agree on what a line of no length looks like. A tap is a dot.
    context.fillStyle = color;
    context.arc(x1, y1, thickness / 2, 0, 2 * Math.PI);
    context.fill();
  } else {
    context.strokeStyle = color;
    context.lineWidth = thickness;
    context.lineCap = 'round';
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
}

/** With willReadFrequently the browser paints without the graphics card, whose pixels differ from card to card. */
function getContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  return context;
}

/** Mouse, touch and pen. Each finger draws a stroke of its own. */
function drawWithPointers(canvas: HTMLCanvasElement, draw: (from: Point, to: Point) => void): void {
  const lastPoints = new Map<number, Point>();

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    // From here on the events of this pointer come to the canvas, even when it leaves the canvas.
    canvas.setPointerCapture(event.pointerId);
    const point = pointOf(event, canvas);
    lastPoints.set(event.pointerId, point);
    draw(point, point);
  });

  canvas.addEventListener('pointermove', (event) => {
    // A fast pointer moves several times before the browser tells us: these are all its places.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length > 0 ? moves : [event]) {
      const last = lastPoints.get(event.pointerId);
      if (last === undefined) return;
      const point = pointOf(move, canvas);
      if (point[0] === last[0] && point[1] === last[1]) continue;
      lastPoints.set(event.pointerId, point);
      draw(last, point);
    }
  });

  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    canvas.addEventListener(end, (event) => lastPoints.delete(event.pointerId));
  }
}

function pointOf(event: PointerEvent, canvas: HTMLCanvasElement): Point {
  const box = canvas.getBoundingClientRect();
  return [
    toFraction((event.clientX - box.left) / box.width),
    toFraction((event.clientY - box.top) / box.height),
  ];
}

/** Keeps a number between 0 and 1, with five decimals: finer than any screen, and short on the wire. */
function toFraction(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 1) * 1e5) / 1e5;
}

/** Arrow keys move a pen, Shift makes them fast. Space or Enter puts the pen down and lifts it again. */
function drawWithKeys(canvas: HTMLCanvasElement, draw: (from: Point, to: Point) => void): void {
  const mark = find('#pen', HTMLElement);
  const announcement = find('#pen-state', HTMLElement);
  let place: Point = [0.5, 0.5];
  let isDown = false;

  const setDown = (down: boolean) => {
    isDown = down;
    mark.classList.toggle('down', isDown);
    announcement.textContent = isDown ? 'The pen is down.' : 'The pen is up.';
  };
  const showMark = () => {
    mark.style.left = `${place[0] * 100}%`;
    mark.style.top = `${place[1] * 100}%`;
  };
  showMark();

  const directions: Record<string, Point> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const direction = directions[event.key];
    if (direction !== undefined) {
      const step = event.shiftKey ? 0.05 : 0.01;
      const shape = canvas.clientWidth / canvas.clientHeight;
      const next: Point = [
        toFraction(place[0] + direction[0] * step),
        toFraction(place[1] + direction[1] * step * shape),
      ];
      if (isDown) draw(place, next);
      place = next;
      showMark();
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (event.repeat) return;
      setDown(!isDown);
      if (isDown) draw(place, place);
    } else if (event.key === 'Escape' && isDown) {
      setDown(false);
    } else {
      return;
    }
    event.preventDefault(); // Else the page scrolls.
  });
  canvas.addEventListener('blur', () => {
    if (isDown) setDown(false);
  });
}

/**
 * Says how many real pixels the canvas covers, now and whenever that changes: by a new size, by zooming,
 * and by moving the window to another screen.
 */
function onResize(canvas: HTMLCanvasElement, resize: (width: number, height: number) => void): void {
  const measure = () => {
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width > 0 && (width !== canvas.width || height !== canvas.height)) resize(width, height);
  };
  new ResizeObserver(measure).observe(canvas);
  window.addEventListener('resize', measure);
  measure();
}

/** Gives a function that does the work before the next frame: once, no matter how often it is called until then. */
function oncePerFrame(work: () => void): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      work();
    });
  };
}
