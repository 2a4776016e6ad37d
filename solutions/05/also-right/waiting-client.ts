// Right in another way: nothing is provisional. One's own line is painted when it comes back, like any other.
import { MAX_LINES, parseServerMessage } from '#lessons/06/protocol.ts';
import { createDrawing } from '#shared/lesson/page/drawing.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const tools = find('#tools', HTMLFormElement);
const width = find('#width', HTMLInputElement);
let socket: WebSocket;

const drawing = createDrawing(
  MAX_LINES,
  () => ({ color: String(new FormData(tools).get('color')), width: width.valueAsNumber }),
  (line) => say({ type: 'line', ...line }),
);

function connect(): void {
  socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);
  socket.onopen = () => showConnection(socket.readyState);
  socket.onclose = ({ code, reason }) => showConnection(socket.readyState, closeReason(code, reason));
  socket.onmessage = ({ data }) => {
    const message = parseServerMessage(String(data));
    if (message?.type === 'canvas') drawing.paintAll(message.lines);
    if (message?.type === 'line') drawing.paint(message);
    if (message?.type === 'clear') drawing.paintAll([]);
  };
}

function say(message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

find('#clear', HTMLButtonElement).onclick = () => say({ type: 'clear' });
find('#connect', HTMLButtonElement).onclick = connect;
connect();
