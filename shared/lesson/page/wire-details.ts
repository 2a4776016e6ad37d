/** What a row of the wire view opens: a frame byte by byte, or a handshake line by line. */
import { visible } from '#shared/lesson/visible.ts';
import type { WireEvent } from '#shared/lesson/wire/events.ts';
import { bytesOf, explainHeader } from '#shared/lesson/wire/explain.ts';
import { closeCode, type Frame, frameOf } from '#shared/lesson/wire/frame.ts';
import { closeReason } from './close-codes.ts';
import { make } from './make.ts';
import { bytesIn, decode, hex, printable } from './wire-text.ts';

export type FrameEvent = Extract<WireEvent, { kind: 'frame' }>;
export type OpenEvent = Extract<WireEvent, { kind: 'open' }>;

/** So many bytes of a payload are shown, eight in a line, or four with and without their mask. */
const MOST_BYTES = 256;
const IN_LINE = 8;
/** A text of so many characters stands above all else. */
const SHORT = 240;

/** The frame that an event tells of: its payload has only the bytes that were sent along. */
export function frameIn({ header, payload, length }: FrameEvent): Frame {
  return frameOf(bytesIn(header), length, bytesIn(payload));
}

/** The name that a message of the server gives to the client: { "type": "joined", "username": "alice" } */
export function nicknameIn(event: FrameEvent): string | undefined {
  const { fin, opcode, payload, length } = frameIn(event);
  const { from, error, inflated } = event;
  if (from !== 'server' || opcode !== 1 || !fin || error || length > payload.length) return undefined;
  const said = inflated ?? { text: decode(payload) };
  const text = 'text' in said ? said.text : '';
  if (!text.includes('"joined"')) return undefined;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return undefined;
    if (!('type' in message && 'username' in message) || message.type !== 'joined') return undefined;
    return typeof message.username === 'string' ? message.username : undefined;
  } catch {
    return undefined; // It only looks like JSON.
  }
}

/** These lines make the upgrade: they are told apart from what a browser always sends. */
const OF_UPGRADE = /^(GET |HTTP\/|Upgrade:|Connection:|Origin:|Sec-WebSocket-)/i;

export function describeHandshake({ request, response, isOld }: OpenEvent): HTMLElement {
  const box = make('div', 'wire-detail');
  if (isOld) box.append(make('p', 'wire-sum', 'This connection is older than the view.'));
  box.append(
    make('p', 'wire-label', 'The request, client → server'),
    linesOfHead(request),
    make('p', 'wire-label', 'The response, server → client'),
    linesOfHead(response),
  );
  return box;
}

function linesOfHead(head: string): HTMLElement {
  const pre = make('pre', 'wire-head');
  for (const line of head.split('\r\n')) {
    pre.append(make('span', OF_UPGRADE.test(line) ? 'wire-upgrade' : '', `${line}\n`));
  }
  return pre;
}

/** What a frame says, what each bit of its header means, and its payload. */
export function describeFrame(event: FrameEvent): HTMLElement {
  const frame = frameIn(event);
  const { header, payload, length, masked } = frame;
  const { error } = event;
  const box = make('div', 'wire-detail');
  const meaning = meaningOf(event, frame);
  // A long text must not push the header out of sight.
  const isShort = error !== undefined || (meaning?.textContent.length ?? 0) <= SHORT;
  if (meaning && isShort) box.append(meaning);
  box.append(make('p', 'wire-label', `The header, bit by bit: ${bytesOf(header.length)}`));
  box.append(tableOf(frame, error?.byte));
  if (length > 0) {
    const how = masked && payload.length > 0 ? ', with its mask and without' : '';
    box.append(make('p', 'wire-label', `The payload${how}: ${bytesOf(length)}`));
  }
  if (meaning && !isShort) box.append(meaning);
  if (payload.length > 0) box.append(make('pre', 'wire-bytes', linesOf(frame).join('\n')));
  return box;
}

/** In words: what breaks the protocol, why it closes, or the message. */
function meaningOf({ error, inflated }: FrameEvent, frame: Frame): HTMLElement | undefined {
  const { payload, length, opcode, fin } = frame;
  if (error) {
    const note = make('p', 'wire-error');
    note.append(make('strong', '', error.sentence), ` Byte ${error.byte}, `, rfc(error.section));
    note.append('. No byte after this one means anything.');
    return note;
  }
  if (opcode === 8)
    return make('p', 'wire-sum', closeReason(closeCode(payload), decode(payload.subarray(2))));
  if (inflated) {
    const said = 'text' in inflated ? `Inflated: ${visible(inflated.text)}` : inflated.why;
    return make('p', 'wire-message', said);
  }
  if (opcode !== 1 || length === 0) return undefined;
  const isWhole = fin && length === payload.length;
  return make('p', 'wire-message', visible(decode(payload)) + (isWhole ? '' : ' …'));
}

/** The header, bit by bit. @param broken the byte at which it breaks the protocol */
function tableOf(frame: Frame, broken = -1): HTMLElement {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const title of ['Bytes', 'Bits', 'Name', 'Here']) {
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
    if (first !== before) row.classList.add('first');
    if (broken >= first && broken < end) row.classList.add('broken');
    for (const text of [first === before ? '' : hex(frame.header.subarray(first, end)), bits, name, value]) {
      row.insertCell().textContent = text;
    }
    before = first;
    row.lastElementChild?.append(' ', rfc(section));
  }
  return table;
}

/** The payload as it was on the wire, then without its mask, then as ASCII. All lines are about equally long. */
function linesOf({ header, payload, length, masked }: Frame): string[] {
  const key = header.subarray(header.length - 4);
  const inLine = masked ? IN_LINE / 2 : IN_LINE;
  const width = 3 * Math.min(inLine, payload.length) - 1;
  const lines = [];
  for (let at = 0; at < Math.min(payload.length, MOST_BYTES); at += inLine) {
    const part = payload.subarray(at, at + inLine);
    const wire = masked ? part.map((byte, offset) => byte ^ (key[(at + offset) & 3] ?? 0)) : part;
    const plain = masked ? ` → ${hex(part).padEnd(width)}` : '';
    const place = String(header.length + at).padStart(3);
    lines.push(`${place}  ${hex(wire).padEnd(width)}${plain}  ${printable(part)}`);
  }
  if (length > MOST_BYTES)
    lines.push(`     … ${bytesOf(length - Math.min(payload.length, MOST_BYTES))} more`);
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
