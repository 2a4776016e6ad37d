// Right in another way: two lists, and all of both is painted anew whenever one of them changes.
import { type Line, MAX_LINES, parseServerMessage } from '#lessons/06/protocol.ts';
import { createDrawing } from '#shared/lesson/page/drawing.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const tools = find('#tools', HTMLFormElement);
const width = find('#width', HTMLInputElement);
let socket: WebSocket;

/** What the server says that is there, and what we have said that it has not said yet. */
let known: Line[] = [];
let hoped: Line[] = [];

const drawing = createDrawing(
  MAX_LINES,
  () => ({ color: String(new FormData(tools).get('color')), width: width.valueAsNumber }),
  (line) => {
    if (!say({ type: 'line', ...line })) return;
    hoped.push(line);
    drawing.paintAll([...known, ...hoped]);
  },
);

function connect(): void {
  socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);
  socket.onopen = () => showConnection(socket.readyState);
  socket.onclose = ({ code, reason }) => {
    hoped = []; // What did not arrive is lost.
    showConnection(socket.readyState, closeReason(code, reason));
  };
  socket.onmessage = ({ data }) => {
    const message = parseServerMessage(String(data));
    if (message?.type === 'canvas') known = message.lines;
    if (message?.type === 'clear') known = [];
    if (message?.type === 'line') {
      const { type, seq, ...line } = message;
      known.push(line);
      if (known.length > MAX_LINES) known.shift();
      const own = hoped.findIndex((one) => text(one) === text(line));
      if (own >= 0) hoped.splice(own, 1);
    }
    drawing.paintAll([...known, ...hoped]);
  };
}

function text({ from, to, color, width }: Line): string {
  return [...from, ...to, color, width].join(' ');
}

function say(message: object): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

find('#clear', HTMLButtonElement).onclick = () => say({ type: 'clear' });
find('#connect', HTMLButtonElement).onclick = connect;
connect();
