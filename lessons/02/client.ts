import { addLine, giveBack } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { parseServerMessage } from './protocol.ts';

const field = find('#field', HTMLInputElement);

/**
 * What was sent and is not answered yet, the oldest first. The server answers in order, so each answer
 * is for the first in this queue: the messages need no numbers.
 */
const unanswered: { text: string | undefined; sentAt: number }[] = [];

let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);

  socket.addEventListener('open', () => showConnection(socket.readyState));

  socket.addEventListener('message', (event) => receive(event.data));

  // No listener for `error`: that event says nothing, and a close event with a code always follows it.
  socket.addEventListener('close', (event) => {
    showConnection(socket.readyState, closeReason(event.code, event.reason));
    for (const { text } of unanswered.splice(0)) {
      if (text !== undefined) giveBack(field, text, 'Closed before the echo came.');
    }
  });
  return socket;
}

function receive(data: unknown): void {
  // The same care as on the server: what comes over the network can be anything.
  const message = typeof data === 'string' ? parseServerMessage(data) : undefined;
  if (message === undefined) {
    addLine({ kind: 'error', text: 'The server sent something that this page does not know.' });
    return;
  }
  const { type, message: text, at } = message;
  if (type === 'welcome') {
    addLine({ kind: 'system', text, at });
    return;
  }
  // Two readings of one clock, this browser's. The server's `at` is of no use here: its clock may be
  // minutes ahead or behind. And performance.now() does not jump when somebody sets the clock.
  const sent = unanswered.shift();
  const roundTrip = sent && `round trip ${(performance.now() - sent.sentAt).toFixed(1)} ms`;
  addLine({
    kind: type === 'error' ? 'error' : 'other',
    who: 'Server',
    text,
    at, // The server says when, in UTC. The page shows it in the reader's own zone.
    ...(roundTrip && { note: roundTrip }),
  });
}

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  const text = field.value;
  unanswered.push({ text, sentAt: performance.now() });
  socket.send(text);
  addLine({ kind: 'own', who: 'You', text });
  field.value = '';
});

find('#send-bytes', HTMLButtonElement).addEventListener('click', () => {
  if (socket.readyState !== WebSocket.OPEN) return;
  unanswered.push({ text: undefined, sentAt: performance.now() });
  socket.send(Uint8Array.of(0xff, 0xfe, 0x00, 0x01, 0x45, 0x63, 0x68, 0x6f));
  addLine({ kind: 'own', who: 'You', text: 'ff fe 00 01 45 63 68 6f', note: 'binary' });
});

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
  field.focus();
});
