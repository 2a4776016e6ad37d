import type { ClientMessage, Line, ServerMessage } from '#lessons/06/protocol.ts';
import { MAX_LINES, parseServerMessage } from '#lessons/06/protocol.ts';
import { createDrawing } from '#shared/lesson/page/drawing.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const tools = find('#tools', HTMLFormElement);
const widthField = find('#width', HTMLInputElement);

// The mechanics are there: mouse, touch, pen and keys, scaling, painting. `drawing` can do three things:
//   drawing.paint(line)              paints one more line on top of the others
//   drawing.paintAll(lines)          paints these lines in place of all others
//   drawing.showProvisional(lines)   shows these lines above all others, until you call it again
const drawing = createDrawing(MAX_LINES, pen, drawMine);

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

/** Called for each message of the server. `message.type` tells which of the four it is. */
function receive(message: ServerMessage): void {
  // TODO 6: somebody's line: paint it.
  // TODO 7: the canvas as it is: paint all its lines.
  // TODO 8: a clear: paint none.
  console.log('The server says', message, drawing);
}

/** Called for each line that the person at this page draws. */
function drawMine(line: Line): void {
  // TODO 5: send it.
  // TODO 9: show it at once, too, and still have the same picture as everyone in the end.
  console.log('You drew', line, send);
}

/** Sends a message, and says whether it could: `send({ type: 'clear' })` */
function send(message: ClientMessage): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

/** What the tools say now. */
function pen(): { color: string; width: number } {
  return { color: String(new FormData(tools).get('color')), width: widthField.valueAsNumber };
}

find('#clear', HTMLButtonElement).addEventListener('click', () => {
  // TODO 8: send a clear.
});

tools.addEventListener('submit', (event) => event.preventDefault());

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
});
