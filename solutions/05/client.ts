import type { ClientMessage, Line, ServerMessage } from '#lessons/06/protocol.ts';
import { MAX_LINES, parseServerMessage } from '#lessons/06/protocol.ts';
import { createDrawing } from '#shared/lesson/page/drawing.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const tools = find('#tools', HTMLFormElement);
const widthField = find('#width', HTMLInputElement);
const drawing = createDrawing(MAX_LINES, pen, drawMine);

/** Our lines that the server has not sent back yet, the oldest first. */
let mine: Line[] = [];

let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);
  socket.addEventListener('open', () => showConnection(socket.readyState));
  socket.addEventListener('message', (event) => {
    const received = typeof event.data === 'string' ? parseServerMessage(event.data) : undefined;
    if (received) receive(received);
  });
  socket.addEventListener('close', (event) => {
    showConnection(socket.readyState, closeReason(event.code, event.reason));
  });
  return socket;
}

function receive(message: ServerMessage): void {
  if (message.type === 'canvas') {
    mine = [];
    drawing.paintAll(message.lines);
  } else if (message.type === 'clear') {
    drawing.paintAll([]);
  } else if (message.type === 'line') {
    drawing.paint(message);
    if (isMine(message)) mine.shift();
  }
  drawing.showProvisional(mine);
}

/** Ours is provisional until it comes back: only the server knows its place among the lines of all. */
function drawMine(line: Line): void {
  if (!send({ type: 'line', ...line })) return;
  mine.push(line);
  drawing.showProvisional(mine);
}

/** The server keeps our order, so only the oldest of our lines can come back next. */
function isMine(line: Line): boolean {
  const text = ({ from, to, color, width }: Line) => JSON.stringify([from, to, color, width]);
  return mine[0] !== undefined && text(mine[0]) === text(line);
}

function send(message: ClientMessage): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

function pen(): { color: string; width: number } {
  return { color: String(new FormData(tools).get('color')), width: widthField.valueAsNumber };
}

find('#clear', HTMLButtonElement).addEventListener('click', () => send({ type: 'clear' }));

tools.addEventListener('submit', (event) => event.preventDefault());

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
});
