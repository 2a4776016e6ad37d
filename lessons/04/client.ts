import { addLine, giveBack, makeYou } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { type ClientMessage, parseServerMessage, type ServerMessage } from './protocol.ts';

const nameForm = find('#name-form', HTMLFormElement);
const nameField = find('#username', HTMLInputElement);
const refusal = find('#refusal', HTMLElement);
const field = find('#field', HTMLInputElement);
const sendButton = find('#send', HTMLButtonElement);
const renameButton = find('#rename', HTMLButtonElement);

/** The name that we have here, as the server spells it. Without one we cannot speak. */
let ownName: string | undefined;

/** The name to join with when we connect again. */
let lastName: string | undefined;

/** What we sent and have not got back yet, the oldest first. */
const unconfirmed: string[] = [];

let socket = connect();

function connect(): WebSocket {
  const socket = new WebSocket(serverUrl());
  showConnection(socket.readyState);

  socket.addEventListener('open', () => {
    showConnection(socket.readyState);
    // To the server this is a new connection: it does not know who we were.
    if (lastName !== undefined) socket.send(JSON.stringify({ type: 'join', username: lastName }));
  });

  socket.addEventListener('message', (event) => {
    const received = typeof event.data === 'string' ? parseServerMessage(event.data) : undefined;
    if (received) receive(received);
    else addLine({ kind: 'error', text: 'The server sent something that this page does not know.' });
  });

  socket.addEventListener('close', (event) => {
    showConnection(socket.readyState, closeReason(event.code, event.reason));
    ownName = undefined;
    sendButton.disabled = true;
    renameButton.hidden = true;
    showPeople([]);
    for (const text of unconfirmed.splice(0)) {
      giveBack(field, text, 'Closed before this came back. Perhaps the others saw it.');
    }
  });
  return socket;
}

function receive(message: ServerMessage): void {
  switch (message.type) {
    case 'joined':
      joined(message.username);
      showPeople(message.usernames);
      addLine({ kind: 'system', text: `You are ${message.username}.`, at: message.at });
      break;
    case 'system':
      showPeople(message.usernames);
      addLine({ kind: 'system', text: message.message, at: message.at });
      break;
    case 'chat': {
      // Nobody else here can have our name, so a message under it is ours.
      const isOwn = message.username === ownName;
      if (isOwn) unconfirmed.shift();
      const kind = isOwn ? 'own' : 'other';
      addLine({ kind, who: message.username, isYou: isOwn, text: message.message, at: message.at });
      break;
    }
    case 'error':
      if (message.code === 'bad-username' || message.code === 'username-taken') {
        refuseName(message.message);
      } else {
        addLine({ kind: 'error', text: message.message, at: message.at });
        const refused = unconfirmed.shift();
        if (refused !== undefined) giveBack(field, refused, 'The server did not take this.');
      }
  }
}

/** Sends, where it can. Says whether it did: what was not sent must stay in its field. */
function send(message: ClientMessage): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

nameForm.addEventListener('submit', (event) => {
  event.preventDefault();
  // The page does not judge the name. Only the server knows which names are taken.
  send({ type: 'join', username: nameField.value });
});

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (ownName === undefined || field.value === '') return;
  if (!send({ type: 'chat', message: field.value })) return;
  unconfirmed.push(field.value);
  field.value = '';
});

renameButton.addEventListener('click', () => {
  nameForm.hidden = false;
  renameButton.hidden = true;
  nameField.value = ownName ?? '';
  nameField.select();
});

find('#connect', HTMLButtonElement).addEventListener('click', () => {
  socket = connect();
  field.focus();
});

function joined(name: string): void {
  const wasInNameForm = nameForm.contains(document.activeElement);
  ownName = name;
  lastName = name;
  refusal.textContent = '';
  nameField.removeAttribute('aria-invalid');
  nameForm.hidden = true;
  renameButton.hidden = false;
  sendButton.disabled = false;
  if (wasInNameForm) field.focus();
}

/** The refusal stands beside the field, and a screen reader reads it out (role="alert"). */
function refuseName(why: string): void {
  nameForm.hidden = false;
  renameButton.hidden = true;
  nameField.value ||= lastName ?? '';
  nameField.setAttribute('aria-invalid', 'true');
  refusal.textContent = why;
  nameField.focus();
}

function showPeople(usernames: string[]): void {
  const items = usernames.map((name) => {
    const item = document.createElement('li');
    item.className = name === ownName ? 'person me' : 'person';
    item.append(name);
    if (name === ownName) item.append(' ', makeYou());
    return item;
  });
  find('#people', HTMLElement).replaceChildren(...items);
}
