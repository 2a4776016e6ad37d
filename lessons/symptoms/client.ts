/** The page in which the blocks of the index run: it is connected, and sends what one writes. */
import { addLine } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';

const field = find('#field', HTMLInputElement);
let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);
  socket.addEventListener('open', () => showConnection(socket.readyState));
  socket.addEventListener('message', ({ data }) =>
    addLine({ kind: 'other', who: 'Server', text: String(data) }),
  );
  socket.addEventListener('close', ({ code, reason }) => {
    showConnection(socket.readyState, closeReason(code, reason));
  });
  return socket;
}

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(field.value);
  addLine({ kind: 'own', who: 'You', text: field.value });
  field.value = '';
});

find('#close', HTMLButtonElement).addEventListener('click', () => socket.close(1000));

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
  field.focus();
});
