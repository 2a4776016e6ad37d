import { addLine, giveBack, makeYou } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { type ClientMessage, normaliseUsername, parseServerMessage, type ServerMessage } from './protocol.ts';

const nameForm = find('#name-form', HTMLFormElement);
const nameField = find('#username', HTMLInputElement);
const refusal = find('#refusal', HTMLElement);
const field = find('#field', HTMLInputElement);
const sendButton = find('#send', HTMLButtonElement);
const renameButton = find('#rename', HTMLButtonElement);
const receiver = find('#to', HTMLSelectElement);
const problem = find('#problem', HTMLElement);

/** The name that we have here, as the server spells it. Without one we cannot speak. */
let ownName: string | undefined;

/** The name to join with when we connect again. */
let lastName: string | undefined;

/** Who is here, as the server spells them. */
let people: string[] = [];

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
    case 'private': {
      const isOwn = message.from === ownName;
      if (isOwn) unconfirmed.shift();
      const who = isOwn ? `You to ${message.to}` : `${message.from} to you`;
      const kind = isOwn ? 'private own' : 'private';
      addLine({ kind, who, text: message.message, at: message.at, note: 'private' });
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
  const message = readMessage(field.value);
  if (message === undefined) {
    showProblem('Nobody here has this name. Write /w, a name from the list, and your message.');
    return;
  }
  if (!send(message)) return;
  // A private text that comes back into the field brings its name along: it must not go to everyone.
  unconfirmed.push(message.type === 'private' ? `/w ${message.to} ${message.message}` : field.value);
  field.value = '';
});

/**
 * Makes a message of what stands in the field: to one person after `/w name`, else to whom the list names.
 * Gives undefined where `/w` names nobody: such a text must not go to everyone by mistake.
 */
function readMessage(text: string): Exclude<ClientMessage, { type: 'join' }> | undefined {
  const command = /^\s*\/w(?:\s+(?<rest>.*))?$/is.exec(text);
  if (command === null) {
    return receiver.value === ''
      ? { type: 'chat', message: text }
      : { type: 'private', to: receiver.value, message: text };
  }
  // A name may have spaces. So every space may be its end: the longest name that is here wins.
  const rest = command.groups?.rest ?? '';
  const spaces = [...rest.matchAll(/\s+/g)].reverse();
  for (const space of spaces) {
    const to = people.find((name) => isSameName(name, rest.slice(0, space.index)));
    const message = rest.slice(space.index).trim();
    if (to !== undefined && message !== '') return { type: 'private', to, message };
  }
  return undefined;
}

/** `Alice` and `alice` are the same name, as on the server. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === (normaliseUsername(other) ?? other).toLowerCase();
}

field.addEventListener('input', () => showProblem(''));

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

function showProblem(text: string): void {
  problem.textContent = text;
  if (text === '') field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
}

/** Shows who is here: as a row of buttons, and in the list of those whom one can write to. */
function showPeople(usernames: string[]): void {
  people = usernames;
  const others = people.filter((name) => name !== ownName);
  const list = find('#people', HTMLElement);
  const focused = list.contains(document.activeElement) ? document.activeElement?.textContent : undefined;
  const items = people.map((name) => {
    const item = document.createElement('li');
    if (name === ownName) {
      item.className = 'person me';
      item.append(name, ' ', makeYou());
      return item;
    }
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.title = `Write to ${name} alone`;
    button.addEventListener('click', () => {
      receiver.value = name;
      field.focus();
    });
    item.append(button);
    return item;
  });
  list.replaceChildren(...items);
  // New buttons, but the keyboard stays where it was.
  for (const button of list.querySelectorAll('button')) if (button.textContent === focused) button.focus();

  // Whoever was picked stays picked, gone or not: what was meant for one must not go to everyone.
  const picked = others.find((name) => isSameName(name, receiver.value)) ?? receiver.value;
  const options = [new Option('To everyone', ''), ...others.map((name) => new Option(`To ${name}`, name))];
  if (picked !== '' && !others.includes(picked)) options.push(new Option(`To ${picked} (not here)`, picked));
  receiver.replaceChildren(...options);
  receiver.value = picked;
}
