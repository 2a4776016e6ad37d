/**
 * The wire view: a live sequence diagram of the frames that cross the server's sockets. A lane for each
 * client, one for the server, an arrow for each frame. A click opens a frame, byte by byte.
 */
import { type Entry, printConversation } from '#shared/lesson/conversation.ts';
import { visible } from '#shared/lesson/visible.ts';
import type { WireEvent } from '#shared/lesson/wire/events.ts';
import { bytesOf, explainHeader } from '#shared/lesson/wire/explain.ts';
import { closeCode, type Frame, OPCODES } from '#shared/lesson/wire/frame.ts';
import { closeReason } from './close-codes.ts';

type FrameEvent = Extract<WireEvent, { kind: 'frame' }>;
type Lane = { number: number; name: string; isMine: boolean; isOpen: boolean };
type Row = { element: HTMLLIElement; lane: number; kind: string; entry: Entry };

/** A page that is open for a day must not grow for a day. */
const MOST_ROWS = 400;
/** The clients of the stage, from left to right. */
const STAGE = ['left', 'right', 'third'];
/** More lanes than these share the last one. */
const MOST_LANES = 5;
const PREVIEW = 120;

/**
 * Shows the wire in an element, for as long as the page lives.
 *
 * @param view an empty element
 * @param own the name of this page's own client, as its address has it
 */
export function showWire(view: HTMLElement, own = ''): void {
  const lanes = new Map<number, Lane>();
  let rows: Row[] = [];
  let isPaused = false;
  let missed = 0;

  const state = make('p', 'wire-state');
  state.setAttribute('role', 'status');
  const laneFilter = makeSelect('Lane', ['All lanes']);
  const kindFilter = makeSelect('Frames', ['All frames', 'handshake', ...Object.values(OPCODES)]);
  const pause = makeButton('Pause', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    pause.setAttribute('aria-pressed', String(isPaused));
    if (!isPaused && missed > 0) addNote(`${missed} not shown while the view was paused`);
    missed = 0;
  });
  const clear = makeButton('Clear', () => {
    rows = [];
    list.replaceChildren();
    for (const lane of lanes.values()) if (!lane.isOpen) lanes.delete(lane.number);
    showLanes();
  });
  const copy = makeButton('Copy as text', copyText);
  const tools = make('div', 'wire-tools');
  tools.append(laneFilter, kindFilter, pause, clear, copy);
  const heads = make('div', 'wire-lanes');
  const list = document.createElement('ol');
  list.className = 'wire-rows';
  list.setAttribute('aria-label', 'Frames, the newest at the end');
  list.tabIndex = 0;
  const heading = make('h2', 'wire-title', 'On the wire');
  view.setAttribute('aria-label', 'On the wire');
  const top = make('div', 'wire-top');
  top.append(heading, tools);
  view.append(top, state, heads, list);
  addStylesheet();

  for (const filter of [laneFilter, kindFilter])
    filter.addEventListener('change', () => {
      for (const row of rows) row.element.hidden = !isWanted(row);
    });

  const source = new EventSource('/wire');
  source.addEventListener('open', () => say(''));
  source.addEventListener('error', () => say('The server is away. The view waits for it.'));
  source.addEventListener('message', ({ data }) => {
    // Ours: the same server that gave this page.
    const events: WireEvent[] = JSON.parse(data);
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    for (const event of events) take(event);
    while (rows.length > MOST_ROWS) rows.shift()?.element.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  });

  function say(text: string): void {
    state.textContent = text;
  }

  function take(event: WireEvent): void {
    if (event.kind === 'open') {
      lanes.set(event.lane, {
        number: event.lane,
        name: STAGE.includes(event.name) ? event.name : `client ${event.lane}`,
        isMine: own !== '' && event.name === own,
        isOpen: true,
      });
      showLanes();
    } else if (event.kind === 'closed') {
      const lane = lanes.get(event.lane);
      if (lane) lane.isOpen = false;
      showLanes();
    }
    if (isPaused) {
      missed += event.kind === 'left-out' ? event.count : 1;
      return;
    }
    if (event.kind === 'left-out') addNote(`${framesOf(event.count)} came too fast, and are left out here`);
    else if (event.kind === 'crowded') addNote(`Only ${event.most} connections at once are shown here`);
    else addRow(event);
  }

  function addRow(event: Exclude<WireEvent, { kind: 'left-out' | 'crowded' }>): void {
    const name = nameOf(event.lane);
    const element = document.createElement('li');
    const button = makeButton('', () => {
      const isOpen = button.getAttribute('aria-expanded') === 'true';
      button.setAttribute('aria-expanded', String(!isOpen));
      if (isOpen) element.lastElementChild?.remove();
      else if (event.kind === 'open') element.append(describeHandshake(event));
      else if (event.kind === 'frame') element.append(describeFrame(event));
      if (!isOpen) list.scrollTop = element.offsetTop - list.offsetTop;
    });
    place(element, event.lane);
    if (event.kind === 'closed') {
      element.className = 'gone';
      element.append(make('span', 'wire-note', `${name}: the TCP connection is closed`));
      add({
        element,
        lane: event.lane,
        kind: 'note',
        entry: { kind: 'closed', who: name, code: 1006, reason: '', at: 0 },
      });
      return;
    }
    button.className = 'wire-arrow';
    button.setAttribute('aria-expanded', 'false');
    const arrow =
      event.kind === 'open'
        ? {
            from: 'client' as const,
            kind: 'handshake',
            text: `${event.request.split(' HTTP')[0]} → ${event.response.split(/ |\r/)[1]}${event.isOld ? ' (earlier)' : ''}`,
            size: '',
            entry: { kind: 'connected' as const, who: name, at: 0 },
          }
        : readFrame(event, name);
    element.className = `${arrow.from} ${arrow.kind}${event.kind === 'frame' && event.error ? ' broken' : ''}`;
    const direction = arrow.from === 'client' ? `${name} to server: ` : `server to ${name}: `;
    button.append(
      make('span', 'for-ears', direction),
      make('span', 'wire-kind', arrow.kind),
      make('span', 'wire-text', visible(arrow.text)),
      make('span', 'wire-size', arrow.size),
    );
    button.title =
      event.kind === 'open' ? timeOf(event.at) : `${timeOf(event.at)} · ${arrow.size} on the wire`;
    element.append(button);
    add({ element, lane: event.lane, kind: arrow.kind, entry: arrow.entry });
  }

  function add(row: Row): void {
    row.element.hidden = !isWanted(row);
    rows.push(row);
    list.append(row.element);
  }

  function addNote(text: string): void {
    const element = document.createElement('li');
    element.className = 'gone';
    element.append(make('span', 'wire-note', text));
    add({ element, lane: 0, kind: 'note', entry: { kind: 'printed', text, at: 0 } });
  }

  function isWanted({ lane, kind }: Row): boolean {
    const { value } = laneFilter;
    const wanted = kindFilter.value;
    const isLane = value === 'All lanes' || lane === 0 || String(lane) === value;
    return isLane && (wanted === 'All frames' || wanted === kind);
  }

  function nameOf(lane: number): string {
    return lanes.get(lane)?.name ?? `client ${lane}`;
  }

  /** As the clients stand on the stage, whoever was faster to connect; then by age. */
  function inOrder(): Lane[] {
    const rank = ({ name }: Lane) => STAGE.indexOf(name) + 1 || STAGE.length + 1;
    return [...lanes.values()].sort((a, b) => rank(a) - rank(b) || a.number - b.number);
  }

  /** Puts a row's arrow onto its lane. Its text has half of the width at least. */
  function place(element: HTMLElement, lane: number): void {
    const column =
      Math.max(
        0,
        Math.min(
          inOrder().findIndex(({ number }) => number === lane),
          MOST_LANES - 1,
        ),
      ) + 1;
    element.style.setProperty('--lane', String(column));
    element.style.setProperty('--start', String(Math.min(column, Math.ceil(columns() / 2))));
  }

  function columns(): number {
    return Math.max(1, Math.min(lanes.size, MOST_LANES));
  }

  /** The heads of the lanes, and the choice between them. Lanes that are gone leave with their last row. */
  function showLanes(): void {
    const shown = [...lanes.values()];
    for (const lane of shown) {
      const isIdle = !lane.isOpen && !rows.some((row) => row.lane === lane.number);
      if (isIdle) lanes.delete(lane.number);
    }
    view.style.setProperty('--columns', String(columns() + 1));
    for (const row of rows) {
      if (row.lane > 0) place(row.element, row.lane);
    }
    const names = inOrder()
      .slice(0, MOST_LANES)
      .map((lane, at) => {
        const isShared = at === MOST_LANES - 1 && lanes.size > MOST_LANES;
        const head = make('span', `wire-lane${lane.isOpen ? '' : ' gone'}`, isShared ? 'others' : lane.name);
        if (lane.isMine) head.append(make('span', 'wire-me', 'this page'));
        return head;
      });
    if (names.length === 0) names.push(make('span', 'wire-lane gone', 'nobody yet'));
    heads.replaceChildren(...names, make('span', 'wire-lane server', 'server'));
    const { value } = laneFilter;
    const options = inOrder().map(({ number, name, isMine }) => {
      const option = new Option(isMine ? `${name} (this page)` : name, String(number));
      option.selected = option.value === value;
      return option;
    });
    laneFilter.replaceChildren(new Option('All lanes'), ...options);
  }

  async function copyText(): Promise<void> {
    const text = printConversation(rows.filter((row) => !row.element.hidden).map(({ entry }) => entry)).join(
      '\n',
    );
    view.querySelector('textarea')?.remove();
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      // Not every frame may write to the clipboard. A text that is selected can be copied by hand.
      const field = document.createElement('textarea');
      field.readOnly = true;
      field.value = text;
      field.setAttribute('aria-label', 'The conversation as text');
      top.after(field);
      field.select();
      field.addEventListener('blur', () => field.remove());
      say('Copy this text.');
    }
  }

  showLanes();
}

/** What an arrow says, and the same as an entry of a conversation. */
function readFrame(event: FrameEvent, who: string) {
  const frame = frameOf(event);
  const kind = OPCODES[frame.opcode] ?? `opcode ${frame.opcode}`;
  const size = `${(frame.header.length + frame.length).toLocaleString('en')} B`;
  const text = previewOf(event, frame);
  const isSent = event.from === 'client';
  const said = kind === 'text' ? text : `<${kind}${text === '' ? '' : ` ${text}`}>`;
  const entry: Entry =
    kind === 'close' && !isSent
      ? {
          kind: 'closed',
          who,
          code: closeCode(frame.payload),
          reason: decode(frame.payload.subarray(2)),
          at: 0,
        }
      : { kind: isSent ? 'sent' : 'received', who, text: said, at: 0 };
  return { from: event.from, kind, text, size, entry };
}

function previewOf(event: FrameEvent, { opcode, payload, fin }: Frame): string {
  if (event.error) return event.error.sentence;
  if (event.inflated) return 'text' in event.inflated ? event.inflated.text : 'compressed';
  if (opcode === 8) return `${closeCode(payload)} ${decode(payload.subarray(2))}`.trim();
  if (opcode === 2 || opcode >= 8) return hex(payload.subarray(0, 16));
  const text = decode(payload).slice(0, PREVIEW);
  return fin ? text : `${text} …`;
}

function frameOf({ header, payload, length }: FrameEvent): Frame {
  const head = bytesIn(header);
  const [first = 0, second = 0] = head;
  return {
    fin: (first & 0x80) !== 0,
    rsv1: (first & 0x40) !== 0,
    opcode: first & 0x0f,
    masked: (second & 0x80) !== 0,
    length,
    header: head,
    payload: bytesIn(payload),
  };
}

/** A frame byte by byte: what each bit of its header means, and the payload. */
function describeFrame(event: FrameEvent): HTMLElement {
  const frame = frameOf(event);
  const box = make('div', 'wire-detail');
  const { header, payload, length, masked } = frame;
  box.append(
    make(
      'p',
      'wire-sum',
      `${bytesOf(header.length)} of header and ${bytesOf(length)} of payload, ${timeOf(event.at)}`,
    ),
  );
  if (event.error) {
    const { byte, sentence, section } = event.error;
    const note = make('p', 'wire-error', `Byte ${byte}: ${sentence} `);
    note.append(rfc(section), ' No byte after this one means anything.');
    box.append(note);
  }
  const table = document.createElement('table');
  const caption = document.createElement('caption');
  caption.textContent = 'The header, bit by bit';
  table.append(caption);
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
    if (event.error && event.error.byte >= first && event.error.byte < end) row.className = 'broken';
    row.insertCell().textContent = first === before ? '' : hex(header.subarray(first, end));
    before = first;
    row.insertCell().textContent = bits;
    row.insertCell().textContent = name;
    row.insertCell().textContent = value;
    row.insertCell().append(rfc(section));
  }
  const scroll = make('div', 'wire-scroll');
  scroll.append(table);
  scroll.tabIndex = 0;
  box.append(scroll);
  if (payload.length > 0) {
    const key = header.subarray(header.length - 4);
    const lines = [];
    for (let at = 0; at < Math.min(payload.length, 256); at += 8) {
      const part = payload.subarray(at, at + 8);
      const wire = masked ? part.map((byte, offset) => byte ^ (key[(at + offset) & 3] ?? 0)) : part;
      lines.push(
        `${String(header.length + at).padStart(4)}  ${hex(wire).padEnd(23)}${masked ? `  →  ${hex(part).padEnd(23)}` : ''}  ${printable(part)}`,
      );
    }
    if (length > 256) lines.push(`      … ${bytesOf(length - 256)} more`);
    box.append(
      make('p', 'wire-sum', masked ? 'The payload: on the wire, and without its mask' : 'The payload'),
      make('pre', '', lines.join('\n')),
    );
  }
  if (frame.opcode === 8 && !event.error) {
    box.append(make('p', 'wire-sum', closeReason(closeCode(payload), decode(payload.subarray(2)))));
  }
  if (event.inflated) {
    const { inflated } = event;
    box.append(make('p', 'wire-sum', 'text' in inflated ? `Inflated: ${inflated.text}` : inflated.why));
  }
  return box;
}

function describeHandshake({
  request,
  response,
  isOld,
  at,
}: Extract<WireEvent, { kind: 'open' }>): HTMLElement {
  const box = make('div', 'wire-detail');
  box.append(
    make('p', 'wire-sum', `${isOld ? 'This connection is older than the view. ' : ''}${timeOf(at)}`),
    make('pre', '', request),
    make('pre', '', response),
  );
  return box;
}

function rfc(section: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`;
  link.target = '_blank';
  link.rel = 'noreferrer';
  link.textContent = `§ ${section}`;
  return link;
}

function make(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  // Whatever came over the wire is text, and never HTML.
  element.textContent = text;
  return element;
}

function makeButton(text: string, press: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

function makeSelect(name: string, values: string[]): HTMLSelectElement {
  const select = document.createElement('select');
  select.setAttribute('aria-label', name);
  select.append(...values.map((value) => new Option(value)));
  return select;
}

function addStylesheet(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/shared/lesson/page/wire.css';
  document.head.append(link);
}

function bytesIn(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function printable(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
}

function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString([], {
    hour12: false,
    fractionalSecondDigits: 3,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

function framesOf(count: number): string {
  return count === 1 ? '1 frame' : `${count.toLocaleString('en')} frames`;
}
