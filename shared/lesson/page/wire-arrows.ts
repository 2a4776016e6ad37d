/** The rows of the wire view: an arrow for each handshake and each frame, and notes between them. */
import type { Entry } from '#shared/lesson/conversation.ts';
import { visible } from '#shared/lesson/visible.ts';
import { closeCode, type Frame, OPCODES, type Sender } from '#shared/lesson/wire/frame.ts';
import { make } from './make.ts';
import {
  describeFrame,
  describeHandshake,
  type FrameEvent,
  frameIn,
  type OpenEvent,
} from './wire-details.ts';
import { called, type Lane } from './wire-lane.ts';
import { decode, hex, timeOf } from './wire-text.ts';

export type Row = {
  element: HTMLLIElement;
  lane: Lane | undefined;
  /** What the filter of frames knows it by. */
  kind: string;
  /** The same in a conversation as text. */
  entry: Entry;
  /** What it opens, where it is an arrow. */
  arrow?: Arrow;
};

export type Arrow = {
  button: HTMLButtonElement;
  /** What it is, and whose: the head of what it opens. */
  title: string;
  way: string;
  time: string;
  describe: () => HTMLElement;
};

/** So many characters of a message stand on its arrow. */
const PREVIEW = 240;

/** A row without an arrow. @param entry what it is in the conversation as text, where that is not its text */
export function makeNote(text: string, lane?: Lane, entry: Entry = { kind: 'printed', text, at: 0 }): Row {
  const element = document.createElement('li');
  element.className = 'note';
  element.append(make('span', 'wire-note', visible(text)));
  return { element, lane, kind: 'note', entry };
}

/** The end of a TCP connection. A client that has got no close frame is told 1006 (RFC 6455, section 7.1.5). */
export function makeEnd(lane: Lane): Row {
  const { name, isClosing } = lane;
  const lost: Entry = { kind: 'closed', who: name, code: 1006, reason: '', at: 0 };
  const why = isClosing ? '' : ', without a close frame: 1006';
  const row = makeNote(
    `${called(lane)}: the TCP connection is closed${why}`,
    lane,
    isClosing ? undefined : lost,
  );
  row.element.classList.add('end');
  if (!isClosing) row.element.classList.add('lost');
  return row;
}

export function makeHandshake(event: OpenEvent, lane: Lane): Row {
  const status = event.response.split(/ |\r/)[1];
  const text = `${event.request.split(' HTTP')[0]} → ${status}${event.isOld ? ' (earlier)' : ''}`;
  const entry: Entry = { kind: 'connected', who: lane.name, at: 0 };
  const said = { from: 'client' as const, kind: 'handshake', text, size: '', at: event.at };
  return { ...makeArrow(said, lane, () => describeHandshake(event)), entry };
}

export function makeFrame(event: FrameEvent, lane: Lane): Row {
  const frame = frameIn(event);
  const { from, error, at } = event;
  const kind = OPCODES[frame.opcode] ?? `opcode ${frame.opcode}`;
  const size = `${(frame.header.length + frame.length).toLocaleString('en')} B`;
  const text = previewOf(event, frame);
  const row = makeArrow({ from, kind, text, size, at }, lane, () => describeFrame(event));
  if (error) {
    row.element.classList.add('broken');
    row.element.querySelector('.wire-text')?.prepend(make('strong', '', 'Breaks the protocol: '));
  }
  return { ...row, entry: entryOf(event, frame, kind, text, lane.name) };
}

type Said = { from: Sender; kind: string; text: string; size: string; at: string };

/** @param describe makes what a click on the arrow opens */
function makeArrow({ from, kind, text, size, at }: Said, lane: Lane, describe: () => HTMLElement) {
  const element = document.createElement('li');
  element.className = `${from} ${kind}`;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'wire-arrow';
  button.tabIndex = -1;
  button.setAttribute('aria-expanded', 'false');
  const who = visible(called(lane));
  const [source, target] = from === 'client' ? [who, 'server'] : ['server', who];
  button.append(
    make('span', 'for-ears', `${source} to ${target}: `),
    make('span', 'wire-kind', kind),
    make('span', 'wire-text', visible(text)),
    make('span', 'wire-size', size),
  );
  element.append(button);
  const arrow: Arrow = { button, title: kind, way: `${source} → ${target}`, time: timeOf(at), describe };
  return { element, lane, kind, arrow };
}

function entryOf({ from }: FrameEvent, { payload }: Frame, kind: string, text: string, who: string): Entry {
  if (kind === 'close' && from === 'server') {
    return { kind: 'closed', who, code: closeCode(payload), reason: decode(payload.subarray(2)), at: 0 };
  }
  const said = kind === 'text' ? text : `<${kind}${text === '' ? '' : ` ${text}`}>`;
  return { kind: from === 'client' ? 'sent' : 'received', who, text: said, at: 0 };
}

function previewOf({ error, inflated }: FrameEvent, { opcode, payload, fin }: Frame): string {
  if (error) return error.sentence;
  if (inflated) return 'text' in inflated ? inflated.text.slice(0, PREVIEW) : 'compressed';
  if (opcode === 8) return `${closeCode(payload)} ${decode(payload.subarray(2))}`.trim();
  if (opcode === 2 || opcode >= 8) return hex(payload.subarray(0, 16));
  const text = decode(payload).slice(0, PREVIEW);
  return fin ? text : `${text} …`;
}
