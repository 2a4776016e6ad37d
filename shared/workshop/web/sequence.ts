/** Draws the sequence diagrams of the texts as SVG, on the server: Mermaid itself weighs more than the whole page may. */
import { escapeHtml } from './html.ts';

type Message = { kind: 'message'; from: number; to: number; text: string; dashed: boolean };
type Note = { kind: 'note'; first: number; last: number; text: string };
type Step = Message | Note;

/** Pixels. The letters are those of a monospaced font, so the width of a text is known without a browser. */
const LETTER = 7.3;
const LINE = 16;
const LONGEST_LINE = 34;
const SMALLEST_GAP = 130;
const MARGIN = 12;

/**
 * Draws a Mermaid sequence diagram: participants, messages (->>, -->>) and notes, which is all that the texts use.
 *
 * @returns the SVG, or undefined where there is a line that it does not know: then the text is shown as it is
 */
export function drawSequence(source: string): string | undefined {
  const read = readSequence(source);
  if (!read || read.names.length < 2) return undefined;
  const { names, steps } = read;

  const { xs, width } = placeLanes(names, steps);
  const parts: string[] = [];
  let y = 52;
  for (const step of steps) {
    const drawn = step.kind === 'note' ? drawNote(step, xs, y) : drawMessage(step, xs, y);
    parts.push(...drawn.parts);
    y += drawn.height;
  }
  y += 18;
  const lanes = names.map((name, lane) => {
    const x = xs[lane] ?? 0;
    const half = widthOf(name) / 2 + 14;
    return [
      `<path class="seq-lane" d="M${round(x)} 40V${y - MARGIN}"/>`,
      `<rect class="seq-name" x="${round(x - half)}" y="10" width="${round(half * 2)}" height="30" rx="8"/>`,
      text('seq-title', x, 30, name),
    ].join('');
  });
  const label = steps.map((step) => describe(step, names)).join('; ');
  return `<svg class="sequence" role="img" aria-label="${escapeHtml(`Sequence diagram. ${label}.`)}" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">${lanes.join('')}${parts.join('')}</svg>`;
}

/** Where each lane stands, so far apart that the texts between them fit, and how wide all is. */
function placeLanes(names: string[], steps: Step[]): { xs: number[]; width: number } {
  const gaps = names.slice(1).map((name, n) => {
    const heads = (widthOf(name) + widthOf(names[n] ?? '')) / 2 + 40;
    return Math.max(SMALLEST_GAP, heads);
  });
  for (const step of steps) {
    if (step.kind !== 'message' || step.from === step.to) continue;
    const [first, last] = [Math.min(step.from, step.to), Math.max(step.from, step.to)];
    const room = sum(gaps.slice(first, last));
    const missing = Math.max(...wrap(step.text).map(widthOf)) + 44 - room;
    if (missing > 0) {
      for (let gap = first; gap < last; gap += 1) gaps[gap] = (gaps[gap] ?? 0) + missing / (last - first);
    }
  }
  const edge = (name = '') => widthOf(name) / 2 + 14 + MARGIN;
  const ends = [0, names.length - 1].map((lane) =>
    Math.max(
      edge(names[lane]),
      ...steps.map((step) =>
        step.kind === 'note' && step.first === lane && step.last === lane ? widthOf(step.text) / 2 + 24 : 0,
      ),
    ),
  );
  const xs = names.map((_, lane) => (ends[0] ?? 0) + sum(gaps.slice(0, lane)));
  return { xs, width: Math.ceil((xs.at(-1) ?? 0) + (ends[1] ?? 0)) };
}

/** A part of the drawing that begins at a height. */
type Drawn = { parts: string[]; height: number };

function drawNote({ first, last, text: words }: Note, xs: number[], y: number): Drawn {
  const [left, right] = [xs[first] ?? 0, xs[last] ?? 0];
  const middle = (left + right) / 2;
  const half = Math.max(right - left, widthOf(words)) / 2 + 12;
  return {
    parts: [
      `<rect class="seq-note" x="${round(middle - half)}" y="${y + 6}" width="${round(half * 2)}" height="26" rx="8"/>`,
      text('seq-text', middle, y + 23, words),
    ],
    height: 40,
  };
}

function drawMessage(message: Message, xs: number[], y: number): Drawn {
  const [from, to] = [xs[message.from] ?? 0, xs[message.to] ?? 0];
  const lines = wrap(message.text);
  const words = lines.map((line, n) => text('seq-text', (from + to) / 2, y + 8 + (n + 1) * LINE, line));
  const arrow = y + 16 + lines.length * LINE;
  const direction = Math.sign(to - from);
  return {
    parts: [
      ...words,
      `<path class="seq-arrow${message.dashed ? ' seq-dashed' : ''}" d="M${round(from)} ${arrow}H${round(to - direction * 7)}"/>`,
      `<path class="seq-head" d="M${round(to)} ${arrow}l${-9 * direction} -4.5v9z"/>`,
    ],
    height: 22 + lines.length * LINE,
  };
}

function readSequence(source: string): { names: string[]; steps: Step[] } | undefined {
  const keys: string[] = [];
  const names: string[] = [];
  const steps: Step[] = [];
  const lane = (key: string) => {
    if (!keys.includes(key)) {
      keys.push(key);
      names.push(key);
    }
    return keys.indexOf(key);
  };
  for (const line of source.split('\n').map((text) => text.trim())) {
    if (line === '' || line === 'sequenceDiagram' || line.startsWith('%%')) continue;
    const participant = /^(?:participant|actor) (\w+)(?: as (.+))?$/.exec(line);
    const message = /^(\w+)\s*(-?->>?|--?x|--?\))\s*(\w+)\s*:\s*(.+)$/.exec(line);
    const note = /^Note (?:over|left of|right of) (\w+)(?:\s*,\s*(\w+))?\s*:\s*(.+)$/i.exec(line);
    if (participant) {
      const at = lane(participant[1] ?? '');
      names[at] = participant[2] ?? participant[1] ?? '';
    } else if (message) {
      const [, from = '', arrow = '', to = '', words = ''] = message;
      steps.push({
        kind: 'message',
        from: lane(from),
        to: lane(to),
        text: clean(words),
        dashed: arrow.startsWith('--'),
      });
    } else if (note) {
      const ends = [lane(note[1] ?? ''), lane(note[2] ?? note[1] ?? '')].sort((a, b) => a - b);
      steps.push({ kind: 'note', first: ends[0] ?? 0, last: ends[1] ?? 0, text: clean(note[3] ?? '') });
    } else {
      return undefined;
    }
  }
  return { names, steps };
}

/** Mermaid writes a semicolon as #59; since a bare one would end the line. */
function clean(text: string): string {
  return text.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).trim();
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[ ,])/)) {
    if (line !== '' && (line + word).trimEnd().length > LONGEST_LINE) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

function describe(step: Step, names: string[]): string {
  if (step.kind === 'note') return `note at ${names[step.first]}: ${step.text}`;
  return `${names[step.from]} to ${names[step.to]}: ${step.text}`;
}

function text(className: string, x: number, y: number, words: string): string {
  return `<text class="${className}" x="${round(x)}" y="${y}" text-anchor="middle">${escapeHtml(words)}</text>`;
}

function widthOf(words: string): number {
  return words.length * LETTER;
}

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
