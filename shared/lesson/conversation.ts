/** What was said between test clients and a server, in order, and how it is printed. */
import { visible } from './visible.ts';

/** `differs`: the part of the text that is not as it should be. It is shown, however long the text is. */
export type Received = { kind: 'received'; who: string; text: string; at: number; differs?: string };

export type Entry =
  | Received
  | { kind: 'sent'; who: string; text: string; at: number }
  | { kind: 'connected'; who: string; at: number }
  | { kind: 'closed'; who: string; code: number; reason: string; at: number }
  /** `within`: after so many ms; without it, nothing could come any more. `differs`: as above, in `expected`. */
  | {
      kind: 'missing';
      who: string;
      expected: string;
      within?: number | undefined;
      differs?: string | undefined;
      at: number;
    }
  | { kind: 'printed'; text: string; at: number }
  /** What happened beside what was said: a call, time that passed. */
  | { kind: 'happened'; who: string; text: string; at: number }
  /** So many entries were left out here. */
  | { kind: 'left out'; count: number };

/** A conversation is this wide where there is room: with a margin it fits into a terminal of 80 columns. */
const COLUMNS = 76;
/** The longest text on an arrow, and what stands beside it, but for the name. */
const ARROW = 44;
const BESIDE = 15;
/** So much of what follows the part that matters is shown, too: where that is a field, its value. */
const VALUE = 8;

/**
 * Prints entries as lines, an arrow for each message. Of a long message only a part is shown.
 *
 * @param columns so long is a line at most
 */
export function printConversation(entries: Entry[], columns = COLUMNS): string[] {
  const names = entries.flatMap((entry) => ('who' in entry ? [entry.who] : []));
  const width = Math.max(5, ...names.map((name) => name.length));
  const arrow = Math.max(1, Math.min(ARROW, columns - width - BESIDE));
  return entries.flatMap(printEntry);

  function printEntry(entry: Entry): string[] {
    const who = ('who' in entry ? entry.who : 'server').padEnd(width);
    switch (entry.kind) {
      case 'printed':
        return [clip(`${who}  │ ${entry.text}`, columns)];
      case 'happened':
        return [clip(`${who}  ·  ${entry.text}`, columns)];
      case 'left out':
        return [clip(`${who}  │ … ${entry.count} more lines …`, columns)];
      case 'connected':
        return [toServer(who, clip('connects', arrow))];
      case 'sent':
        return [toServer(who, clip(entry.text, arrow))];
      case 'received':
        return [fromServer(who, clipAround(entry.text, entry.differs, arrow))];
      case 'closed':
        return [fromServer(who, clip(`closed: ${entry.code}${entry.reason && ` ${entry.reason}`}`, arrow))];
      case 'missing': {
        const { expected, within, differs } = entry;
        const how =
          within === undefined
            ? ', and the server has nothing left to do'
            : ` more within ${seconds(within)}`;
        const indent = `${' '.repeat(width)}      expected `;
        return [
          clip(`${who}  ◀── nothing${how}`, columns),
          `${indent}${clipAround(expected, differs, Math.max(1, columns - indent.length))}`,
        ];
      }
    }
  }

  function toServer(who: string, text: string): string {
    return `${who}  ── ${`${text} `.padEnd(arrow + 1, '─')}─▶ server`;
  }

  function fromServer(who: string, text: string): string {
    return `${who}  ◀── ${`${text} `.padEnd(arrow + 1, '─')} server`;
  }
}

/** Milliseconds as a person reads them: 250 ms, 1 s, 1.4 s. */
export function seconds(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toFixed(1))} s`;
}

/** Milliseconds to the last one, as the course writes numbers: 10,000 ms. */
export function inWords(milliseconds: number): string {
  return `${milliseconds.toLocaleString('en-US')} ms`;
}

/** The beginning of a text. Of a message that is a megabyte long only the beginning is looked at, too. */
function clip(text: string, length: number): string {
  const characters = [...visible(text.slice(0, 2 * length + 2))];
  const shown = characters.length <= length ? characters : [...characters.slice(0, length - 1), '…'];
  return shown.join('');
}

/** The beginning of a text, which says what it is, and, where that is further behind, the part that matters. */
function clipAround(text: string, part: string | undefined, length: number): string {
  const at = part === undefined ? -1 : text.indexOf(part);
  if (part === undefined || at + part.length + VALUE <= length || text.length <= length)
    return clip(text, length);
  const head = Math.floor(length / 3);
  // A text that ends soon is shown to its end.
  const from = Math.min(at, Math.max(head, text.length - (length - head)));
  return `${clip(text.slice(0, 2 * head), head)}${clip(text.slice(from).replace(/^[\udc00-\udfff]/, ''), length - head)}`;
}
