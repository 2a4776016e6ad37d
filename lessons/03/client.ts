import { addLine, giveBack } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { type ClientMessage, parseServerMessage } from './protocol.ts';

const username = find('#username', HTMLInputElement);
const field = find('#field', HTMLInputElement);

/** What this page sent and has not got back yet, the oldest first. */
const unconfirmed: ClientMessage[] = [];

let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);

  socket.addEventListener('open', () => showConnection(socket.readyState));

  socket.addEventListener('message', (event) => receive(event.data));

  socket.addEventListener('close', (event) => {
    showConnection(socket.readyState, closeReason(event.code, event.reason));
    find('#online', HTMLElement).textContent = '';
    // Nobody can tell whether the server got these: the connection ended before they came back.
    for (const { message } of unconfirmed.splice(0)) {
      giveBack(field, message, 'Closed before this came back. Perhaps the others saw it.');
    }
  });
  return socket;
}

function receive(data: unknown): void {
  const received = typeof data === 'string' ? parseServerMessage(data) : undefined;
  if (received === undefined) {
    addLine({ kind: 'error', text: 'The server sent something that this page does not know.' });
  } else if (received.type === 'system') {
    find('#online', HTMLElement).textContent = `${received.online} online`;
    addLine({ kind: 'system', text: received.message, at: received.at });
  } else if (received.type === 'chat') {
    const isOwn = confirm(received);
    const kind = isOwn ? 'own' : 'other';
    addLine({ kind, who: received.username, isYou: isOwn, text: received.message, at: received.at });
  } else {
    // The server handles one client's messages in order: an error is for the oldest that is unconfirmed.
    const refused = unconfirmed.shift();
    addLine({ kind: 'error', text: received.message, at: received.at });
    if (refused) giveBack(field, refused.message, 'The server did not take this.');
  }
}

/**
 * Whether this chat message is one of ours that comes back. The server sends everything to everybody,
 * so this page shows its own messages when they come back, not when it sends them: else it would show
 * them twice, and not in the order that the others see.
 */
function confirm({ username, message }: ClientMessage): boolean {
  const next = unconfirmed[0];
  if (next?.username !== username || next.message !== message) return false;
  unconfirmed.shift();
  return true;
}

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN || field.value === '') return;
  const message: ClientMessage = { username: username.value || 'Anonymous', message: field.value };
  socket.send(JSON.stringify(message));
  unconfirmed.push(message);
  field.value = '';
});

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
  field.focus();
});
