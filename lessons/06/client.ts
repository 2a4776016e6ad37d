import { createDrawing } from '#shared/lesson/page/drawing.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import {
  type ClientMessage,
  type Line,
  MAX_LINES,
  parseServerMessage,
  type ServerMessage,
} from './protocol.ts';

const tools = find('#tools', HTMLFormElement);
const widthField = find('#width', HTMLInputElement);

/** Our lines that have not come back yet, the oldest first. Nobody knows their place in the order so far. */
const unconfirmed: Line[] = [];

const drawing = createDrawing(MAX_LINES, pen, drawMine);

let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);

  socket.addEventListener('open', () => {
    showConnection(socket.readyState);
    // What we wait for now was sent on the last connection, and may be lost with it: we send it again. What was
    // not lost is then painted twice, for everybody: to know better is what lesson 08 is about.
    for (const line of unconfirmed) send({ type: 'line', ...line });
  });

  socket.addEventListener('message', (event) => {
    const received = typeof event.data === 'string' ? parseServerMessage(event.data) : undefined;
    if (received) receive(received);
  });

  socket.addEventListener('close', (event) => {
    showConnection(socket.readyState, closeReason(event.code, event.reason));
  });
  return socket;
}

/** Everything is painted when the server says so, our own lines too: so all paint in one order. */
function receive(message: ServerMessage): void {
  switch (message.type) {
    case 'canvas':
      drawing.paintAll(message.lines);
      break;
    case 'line':
      drawing.paint(message);
      confirm(message);
      break;
    case 'clear':
      // Our lines on their way stay in view: the server has not seen them yet, so they come after the clear.
      drawing.paintAll([]);
      break;
    case 'error':
      unconfirmed.shift();
      drawing.showProvisional(unconfirmed);
  }
}

/**
 * Shows a line of ours at once, as provisional, and sends it. To wait for the server would make the pen
 * feel slow; to paint it for good would give each of us another order where lines cross.
 */
function drawMine(line: Line): void {
  if (!send({ type: 'line', ...line })) return;
  unconfirmed.push(line);
  drawing.showProvisional(unconfirmed);
}

/** The server keeps our order. So a line of ours that comes back is the oldest that we wait for. */
function confirm(line: Line): void {
  const next = unconfirmed[0];
  if (next === undefined || !isSameLine(next, line)) return;
  unconfirmed.shift();
  drawing.showProvisional(unconfirmed);
}

function isSameLine(one: Line, other: Line): boolean {
  const numbers = ({ from, to, width }: Line) => [...from, ...to, width].join();
  return one.color === other.color && numbers(one) === numbers(other);
}

function send(message: ClientMessage): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

/** What the tools say now. */
function pen(): { color: string; width: number } {
  return { color: String(new FormData(tools).get('color')), width: widthField.valueAsNumber };
}

find('#clear', HTMLButtonElement).addEventListener('click', () => send({ type: 'clear' }));

tools.addEventListener('submit', (event) => event.preventDefault());

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
});
