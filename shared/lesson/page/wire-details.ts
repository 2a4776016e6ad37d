/** What a row of the wire view opens: a frame byte by byte, or a handshake line by line. */
import type { WireEvent } from '#shared/lesson/wire/events.ts';
import { bytesOf, explainHeader } from '#shared/lesson/wire/explain.ts';
import { closeCode, type Frame, frameOf } from '#shared/lesson/wire/frame.ts';
import { closeReason } from './close-codes.ts';
import { make } from './make.ts';
import { bytesIn, decode, hex, printable, timeOf } from './wire-text.ts';

export type FrameEvent = Extract<WireEvent, { kind: 'frame' }>;
export type OpenEvent = Extract<WireEvent, { kind: 'open' }>;

/** So many bytes of a payload are shown, eight in a line. */
const MOST_BYTES = 256;
const IN_LINE = 8;

/** The frame that an event tells of: its payload has only the bytes that were sent along. */
export function frameIn({ header, payload, length }: FrameEvent): Frame {
  return frameOf(bytesIn(header), length, bytesIn(payload));
}

export function describeHandshake({ request, response, isOld, at }: OpenEvent): HTMLElement {
  const box = make('div', 'wire-detail');
  box.append(
    make('p', 'wire-sum', `${isOld ? 'This connection is older than the view. ' : ''}${timeOf(at)}`),
    make('pre', '', request),
    make('pre', '', response),
  );
  return box;
}

/** What each bit of a frame's header means, and its payload. */
export function describeFrame(event: FrameEvent): HTMLElement {
  const frame = frameIn(event);
  const { header, payload, length, masked, opcode } = frame;
  const { error, inflated } = event;
  const box = make('div', 'wire-detail');
  const say = (text: string) => box.append(make('p', 'wire-sum', text));
  say(`${bytesOf(header.length)} of header and ${bytesOf(length)} of payload, ${timeOf(event.at)}`);
  if (error) {
    const note = make('p', 'wire-error', `Byte ${error.byte}: ${error.sentence} `);
    note.append(rfc(error.section), ' No byte after this one means anything.');
    box.append(note);
  }
  box.append(tableOf(frame, error?.byte));
  if (payload.length > 0) {
    say(masked ? 'The payload: on the wire, and without its mask' : 'The payload');
    box.append(make('pre', '', linesOf(frame).join('\n')));
  }
  if (opcode === 8 && !error) say(closeReason(closeCode(payload), decode(payload.subarray(2))));
  if (inflated) say('text' in inflated ? `Inflated: ${inflated.text}` : inflated.why);
  return box;
}

/** The header, bit by bit. @param broken the byte at which it breaks the protocol */
function tableOf(frame: Frame, broken = -1): HTMLElement {
  const table = document.createElement('table');
  table.createCaption().textContent = 'The header, bit by bit';
  const head = table.createTHead().insertRow();
  for (const title of ['Bytes', 'Bits', 'Name', 'Here', 'RFC 6455']) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  let before = -1;
  for (const { bytes, bits, name, value, section } of explainHeader(frame)) {
    const row = body.insertRow();
    const [first, end] = bytes;
    if (broken >= first && broken < end) row.className = 'broken';
    for (const text of [first === before ? '' : hex(frame.header.subarray(first, end)), bits, name, value]) {
      row.insertCell().textContent = text;
    }
    before = first;
    row.insertCell().append(rfc(section));
  }
  const scroll = make('div', 'wire-scroll');
  scroll.append(table);
  scroll.tabIndex = 0;
  return scroll;
}

/** The payload as it was on the wire, then without its mask, then as ASCII. */
function linesOf({ header, payload, length, masked }: Frame): string[] {
  const key = header.subarray(header.length - 4);
  const lines = [];
  for (let at = 0; at < Math.min(payload.length, MOST_BYTES); at += IN_LINE) {
    const part = payload.subarray(at, at + IN_LINE);
    const wire = masked ? part.map((byte, offset) => byte ^ (key[(at + offset) & 3] ?? 0)) : part;
    const plain = masked ? `  →  ${hex(part).padEnd(23)}` : '';
    const place = String(header.length + at).padStart(4);
    lines.push(`${place}  ${hex(wire).padEnd(23)}${plain}  ${printable(part)}`);
  }
  if (length > MOST_BYTES) lines.push(`      … ${bytesOf(length - MOST_BYTES)} more`);
  return lines;
}

function rfc(section: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`;
  link.target = '_blank';
  link.rel = 'noreferrer';
  link.textContent = `§ ${section}`;
  return link;
}
