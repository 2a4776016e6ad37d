/** What was said between test clients and a server, in order, and how it is printed. */
import { visible } from './visible.ts';

export type Entry =
  | { kind: 'sent' | 'received'; who: string; text: string; at: number }
  | { kind: 'connected'; who: string; at: number }
  | { kind: 'closed'; who: string; code: number; reason: string; at: number }
  /** `within`: after so many ms; without it, nothing could come any more. */
  | { kind: 'missing'; who: string; expected: string; within: number | undefined; at: number }
  | { kind: 'printed'; text: string; at: number };

const COLUMNS = 80;
const ARROW = 44;

/** Prints entries as lines of at most 80 columns, an arrow for each message. */
export function printConversation(entries: Entry[]): string[] {
  const names = entries.flatMap((entry) => ('who' in entry ? [entry.who] : []));
  const width = Math.max(5, ...names.map((name) => name.length));
  return entries.flatMap(printEntry);

  function printEntry(entry: Entry): string[] {
    const who = ('who' in entry ? entry.who : 'server').padEnd(width);
    switch (entry.kind) {
      case 'printed':
        return [clip(`${who}  │ ${entry.text}`, COLUMNS - 4)];
      case 'connected':
        return [toServer(who, 'connects')];
      case 'sent':
        return [toServer(who, entry.text)];
      case 'received':
        return [fromServer(who, entry.text)];
      case 'closed':
        return [fromServer(who, `closed: ${entry.code}${entry.reason && ` ${entry.reason}`}`)];
      case 'missing':
        return [
          `${who}  ◀── nothing${entry.within === undefined ? ', and the server has nothing left to do' : ` more within ${seconds(entry.within)}`}`,
          clip(`${' '.repeat(width)}      expected ${entry.expected}`, COLUMNS - 4),
        ];
    }
  }
}

/** Milliseconds as a person reads them: 250 ms, 1 s, 1.4 s. */
export function seconds(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toFixed(1))} s`;
}

function toServer(who: string, text: string): string {
  return `${who}  ── ${`${clip(text, ARROW)} `.padEnd(ARROW + 1, '─')}─▶ server`;
}

function fromServer(who: string, text: string): string {
  return `${who}  ◀── ${`${clip(text, ARROW)} `.padEnd(ARROW + 1, '─')} server`;
}

/** The beginning of a text. Of a message that is a megabyte long only the beginning is looked at, too. */
function clip(text: string, length: number): string {
  const characters = [...visible(text.slice(0, 2 * length + 2))];
  const shown = characters.length <= length ? characters : [...characters.slice(0, length - 1), '…'];
  return shown.join('');
}
