/** The rows of the wire view: an arrow for each handshake and each frame, and notes between them. */
import type { Entry } from '#shared/lesson/conversation.ts';
import { visible } from '#shared/lesson/visible.ts';
import { closeCode, type Frame, OPCODES } from '#shared/lesson/wire/frame.ts';
import { make, makeButton } from './make.ts';
import {
  describeFrame,
  describeHandshake,
  type FrameEvent,
  frameIn,
  type OpenEvent,
} from './wire-details.ts';
import type { Lane } from './wire-lanes.ts';
import { decode, hex, timeOf } from './wire-text.ts';

export type Row = {
  element: HTMLLIElement;
  lane: Lane | undefined;
  /** What the filter of frames knows it by. */
  kind: string;
  /** The same in a conversation as text. */
  entry: Entry;
};

/** So many characters of a message stand in its arrow. */
const PREVIEW = 120;

/** A row without an arrow. @param entry what it is in the conversation as text, where that is not its text */
export function makeNote(text: string, lane?: Lane, entry: Entry = { kind: 'printed', text, at: 0 }): Row {
  const element = document.createElement('li');
  element.className = 'gone';
  element.append(make('span', 'wire-note', text));
  return { element, lane, kind: 'note', entry };
}

/** The end of a TCP connection. A client that has got no close frame is told 1006 (RFC 6455, section 7.1.5). */
export function makeEnd(lane: Lane): Row {
  const { name, isClosing } = lane;
  const lost: Entry = { kind: 'closed', who: name, code: 1006, reason: '', at: 0 };
  return makeNote(`${name}: the TCP connection is closed`, lane, isClosing ? undefined : lost);
}

export function makeHandshake(event: OpenEvent, lane: Lane): Row {
  const status = event.response.split(/ |\r/)[1];
  const text = `${event.request.split(' HTTP')[0]} → ${status}${event.isOld ? ' (earlier)' : ''}`;
  const entry: Entry = { kind: 'connected', who: lane.name, at: 0 };
  const arrow = { from: 'client' as const, kind: 'handshake', text, size: '' };
  return { ...makeArrow(arrow, lane, timeOf(event.at), () => describeHandshake(event)), entry };
}

export function makeFrame(event: FrameEvent, lane: Lane): Row {
  const frame = frameIn(event);
  const { from } = event;
  const kind = OPCODES[frame.opcode] ?? `opcode ${frame.opcode}`;
  const size = `${(frame.header.length + frame.length).toLocaleString('en')} B`;
  const text = previewOf(event, frame);
  const title = `${timeOf(event.at)} · ${size} on the wire`;
  const row = makeArrow({ from, kind, text, size }, lane, title, () => describeFrame(event));
  if (event.error) row.element.classList.add('broken');
  return { ...row, entry: entryOf(event, frame, kind, text, lane.name) };
}

/** @param describe makes what a click on the arrow opens */
function makeArrow(
  { from, kind, text, size }: { from: 'client' | 'server'; kind: string; text: string; size: string },
  lane: Lane,
  title: string,
  describe: () => HTMLElement,
): Omit<Row, 'entry'> {
  const element = document.createElement('li');
  element.className = `${from} ${kind}`;
  const button = makeButton('', () => {
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) element.lastElementChild?.remove();
    else {
      element.append(describe());
      const list = element.parentElement;
      if (list) list.scrollTop = element.offsetTop - list.offsetTop;
    }
  });
  button.className = 'wire-arrow';
  button.setAttribute('aria-expanded', 'false');
  button.title = title;
  button.append(
    make('span', 'for-ears', from === 'client' ? `${lane.name} to server: ` : `server to ${lane.name}: `),
    make('span', 'wire-kind', kind),
    make('span', 'wire-text', visible(text)),
    make('span', 'wire-size', size),
  );
  element.append(button);
  return { element, lane, kind };
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
  if (inflated) return 'text' in inflated ? inflated.text : 'compressed';
  if (opcode === 8) return `${closeCode(payload)} ${decode(payload.subarray(2))}`.trim();
  if (opcode === 2 || opcode >= 8) return hex(payload.subarray(0, 16));
  const text = decode(payload).slice(0, PREVIEW);
  return fin ? text : `${text} …`;
}
