/** Frames by hand: one sets each bit of a frame, sees its bytes meanwhile, and sends them on a lane of their own. */

import { buildFrame, type FrameChoice, fromHex } from '#shared/lesson/stage/build-frame.ts';
import { PRESETS } from '#shared/lesson/stage/presets.ts';
import { OPCODES } from '#shared/lesson/wire/frame.ts';
import { make, makeButton, makeSelect } from './make.ts';
import { sendBytes } from './stage-server.ts';
import { hex } from './wire-text.ts';

type Fields = {
  bits: Record<'fin' | 'rsv1' | 'rsv2' | 'rsv3' | 'masked', HTMLInputElement>;
  opcode: HTMLSelectElement;
  length: HTMLInputElement;
  kind: HTMLSelectElement;
  payload: HTMLInputElement;
};

const TEXT = 'text';
const HEX = 'hex';

/**
 * Shows the panel in an element, for as long as the page lives.
 *
 * @param untilSeen resolves when what is sent will be seen on the wire
 */
export function showHand(panel: HTMLElement, untilSeen: () => Promise<void>): void {
  const fields = makeFields();
  const look = make('p', 'hint');
  const problem = make('p', 'refusal');
  problem.setAttribute('role', 'status');
  const bytes = make('output', 'hand-bytes');
  bytes.dataset.hand = 'bytes';
  const send = makeButton('Send', () => press());
  send.className = 'main';
  send.dataset.hand = 'send';
  /** Each frame has a key of its own (section 5.3). */
  let key = crypto.getRandomValues(new Uint8Array(4));

  const presets = make('div', 'hand-presets');
  presets.setAttribute('role', 'group');
  presets.setAttribute('aria-label', 'Frames to begin with');
  for (const [name, preset] of Object.entries(PRESETS)) {
    const button = makeButton(preset.title, () => {
      fill(fields, { ...preset, rsv2: false, rsv3: false });
      show();
      look.textContent = preset.look;
    });
    button.dataset.hand = 'preset';
    button.dataset.preset = name;
    presets.append(button);
  }

  function show(): void {
    const { choice, wrong } = read(fields);
    problem.textContent = wrong;
    send.disabled = wrong !== '';
    const { header, payload } = buildFrame(choice, key);
    const parts = [make('span', 'hand-header', hex(choice.masked ? header.subarray(0, -4) : header))];
    if (choice.masked) parts.push(make('span', 'hand-key', hex(header.subarray(-4))));
    if (payload.length > 0) parts.push(make('span', 'hand-payload', hex(payload)));
    bytes.replaceChildren(...parts.flatMap((part, at) => (at === 0 ? [part] : [' ', part])));
  }

  function press(): void {
    const { header, payload } = buildFrame(read(fields).choice, key);
    const frame = { hex: `${hex(header)} ${hex(payload)}` };
    untilSeen()
      .then(() => sendBytes(frame))
      .then(
        () => {
          const count = header.length + payload.length;
          look.textContent = `Sent, ${count} bytes: see the lane "hand" on the wire.`;
        },
        (error: unknown) => {
          problem.textContent = error instanceof Error ? error.message : String(error);
        },
      );
    key = crypto.getRandomValues(new Uint8Array(4));
    show();
  }

  panel.append(make('h2', 'client-name', 'Frames by hand'), presets, formOf(fields), bytes);
  const last = make('div', 'hand-send');
  last.append(send, look, problem);
  panel.append(last);
  panel.addEventListener('input', () => {
    look.textContent = '';
    show();
  });
  fill(fields, { ...PLAIN, text: 'hi' });
  show();
}

const PLAIN = { fin: true, rsv1: false, rsv2: false, rsv3: false, opcode: 1, masked: true };

function makeFields(): Fields {
  const box = () => {
    const input = document.createElement('input');
    input.type = 'checkbox';
    return input;
  };
  const opcode = document.createElement('select');
  for (let code = 0; code < 16; code += 1) {
    opcode.append(new Option(`${code} ${OPCODES[code] ?? 'reserved'}`, String(code)));
  }
  const length = document.createElement('input');
  length.inputMode = 'numeric';
  length.placeholder = 'auto';
  length.autocomplete = 'off';
  const payload = document.createElement('input');
  payload.autocomplete = 'off';
  return {
    bits: { fin: box(), rsv1: box(), rsv2: box(), rsv3: box(), masked: box() },
    opcode,
    length,
    kind: makeSelect('The payload is', [TEXT, HEX]),
    payload,
  };
}

function formOf({ bits, opcode, length, kind, payload }: Fields): HTMLElement {
  const form = make('div', 'hand-form');
  const boxes = make('div', 'hand-bits');
  for (const [title, input] of [
    ['FIN', bits.fin],
    ['RSV1', bits.rsv1],
    ['RSV2', bits.rsv2],
    ['RSV3', bits.rsv3],
    ['MASK', bits.masked],
  ] as const) {
    const label = make('label', 'hand-bit');
    label.append(input, title);
    boxes.append(label);
  }
  form.append(
    boxes,
    labelled('Opcode', opcode),
    labelled('Length', length),
    labelled('Payload', payload),
    kind,
  );
  return form;
}

function labelled(title: string, field: HTMLElement): HTMLElement {
  const label = make('label', `hand-field hand-${title.toLowerCase()}`, title);
  label.append(field);
  return label;
}

function fill(
  fields: Fields,
  { text, length, ...choice }: Omit<FrameChoice, 'payload'> & { text: string },
): void {
  const { bits } = fields;
  bits.fin.checked = choice.fin;
  bits.rsv1.checked = choice.rsv1;
  bits.rsv2.checked = choice.rsv2;
  bits.rsv3.checked = choice.rsv3;
  bits.masked.checked = choice.masked;
  fields.opcode.value = String(choice.opcode);
  fields.length.value = length === undefined ? '' : String(length);
  fields.kind.value = TEXT;
  fields.payload.value = text;
}

/** What is set now, and what is wrong with it: '' where nothing is. */
function read({ bits, opcode, length, kind, payload }: Fields): { choice: FrameChoice; wrong: string } {
  const bytes = kind.value === TEXT ? new TextEncoder().encode(payload.value) : fromHex(payload.value);
  const claimed = length.value.trim();
  const isNumber = /^\d{0,15}$/.test(claimed);
  const choice = {
    fin: bits.fin.checked,
    rsv1: bits.rsv1.checked,
    rsv2: bits.rsv2.checked,
    rsv3: bits.rsv3.checked,
    masked: bits.masked.checked,
    opcode: Number(opcode.value),
    payload: bytes ?? new Uint8Array(0),
    length: claimed === '' || !isNumber ? undefined : Number(claimed),
  };
  if (!bytes) return { choice, wrong: 'In hex each byte has two digits: 68 69' };
  if (!isNumber) return { choice, wrong: 'The length is a whole number, or empty: then it is the true one.' };
  return { choice, wrong: '' };
}
