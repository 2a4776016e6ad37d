import { addLine, giveBack } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const field = find('#field', HTMLInputElement);

/** What was sent and has not come back yet, the oldest first. The server answers in order. */
const unanswered: string[] = [];

// A socket cannot be opened twice. To connect again is to make a new one.
let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  socket.binaryType = 'arraybuffer'; // Otherwise bytes come as a Blob, which can only be read later.
  showState(socket); // 0, CONNECTING: the handshake is on its way.

  socket.addEventListener('open', () => showState(socket)); // 1, OPEN: now one can send.

  socket.addEventListener('message', (event) => receive(event.data));

  // An error event says nothing about what went wrong. A close event always follows it, and has a code.
  socket.addEventListener('error', () => addLine({ kind: 'system', text: 'Event: error' }));

  socket.addEventListener('close', (event) => {
    showState(socket, closeReason(event.code, event.reason)); // 3, CLOSED, for good.
    for (const text of unanswered.splice(0)) giveBack(field, text, 'Closed before the echo came.');
  });
  return socket;
}

/** A text arrives as a string, a binary message as an ArrayBuffer: the frame says which of the two it is. */
function receive(data: string | ArrayBuffer): void {
  if (typeof data !== 'string') {
    addLine({ kind: 'other', who: 'Server', text: hex(new Uint8Array(data)), note: 'binary' });
    return;
  }
  if (data === `Echo: ${unanswered[0]}`) unanswered.shift();
  addLine({ kind: 'other', who: 'Server', text: data });
}

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault(); // Otherwise the browser loads the page anew.
  // In CONNECTING send() throws. In CLOSING and CLOSED it silently drops the message.
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(field.value);
  unanswered.push(field.value);
  addLine({ kind: 'own', who: 'You', text: field.value });
  field.value = '';
});

find('#send-bytes', HTMLButtonElement).addEventListener('click', () => {
  if (socket.readyState !== WebSocket.OPEN) return;
  // No text in UTF-8 has FF or FE in it. Whoever takes these bytes for text ruins them.
  const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x01, 0x45, 0x63, 0x68, 0x6f);
  socket.send(bytes);
  addLine({ kind: 'own', who: 'You', text: hex(bytes), note: 'binary' });
});

find('#close', HTMLButtonElement).addEventListener('click', () => {
  socket.close(1000, 'Somebody pressed Close.');
  showState(socket); // 2, CLOSING, until the server has said goodbye, too. There is no event for this.
});

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
  field.focus();
});

/** Shows the state at the top, and in the log too: on one machine some states last a millisecond. */
function showState({ readyState }: WebSocket, detail = ''): void {
  showConnection(readyState, detail);
  const names = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
  addLine({ kind: 'system', text: `readyState ${readyState}, ${names[readyState]}. ${detail}`.trim() });
}

/** ff fe 00 01: each byte as two hexadecimal digits. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
