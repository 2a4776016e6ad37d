import { addLine, giveBack } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { createDelivery } from './delivery.ts';
import { createPeople } from './people.ts';
import { createPointers } from './pointers.ts';
import { type ClientMessage, parseServerMessage, type Said, type ServerMessage } from './protocol.ts';
import { createPulse } from './pulse.ts';
import { type News, openReconnectingSocket } from './reconnecting-socket.ts';

const nameForm = find('#name-form', HTMLFormElement);
const nameField = find('#username', HTMLInputElement);
const refusal = find('#refusal', HTMLElement);
const field = find('#field', HTMLInputElement);
const sendButton = find('#send', HTMLButtonElement);
const renameButton = find('#rename', HTMLButtonElement);
const connectButton = find('#connect', HTMLButtonElement);
const retry = find('#retry', HTMLElement);
const log = find('#log', HTMLElement);
const people = createPeople(find('#people', HTMLElement));

/** In ms. Our own old connection may have our name, until the server notices that it is dead. */
const GHOST_WAIT = 3000;

/** The name that we have here, as the server spells it. */
let ownName: string | undefined;
/** The name that we want. The page asks for it again on each new connection. */
let wantedName: string | undefined;
/** Whether the page asked for the name by itself. Then it must not take the keyboard from who writes. */
let isAutomatic = false;

/** Why the last link ended. It stays in view until there is a new one. */
let reason = '';
/** Whether the page itself gives the link up. Then no code tells why. */
let isGivingUp = false;
let ticking: ReturnType<typeof setInterval> | undefined;
let haunting: ReturnType<typeof setTimeout> | undefined;

const delivery = createDelivery({
  send,
  show: addSaid,
  replace: replaceLog,
  showWaiting,
  giveBack: returnText,
  onTooFast: () => addLine({ kind: 'system', text: 'That was much at once. The rest follows in a moment.' }),
});
const pulse = createPulse({ ask, onSilence: giveUp });
let link = open();
const pointers = createPointers(find('#points', HTMLElement), {
  send(at) {
    // What we sent has not left this machine yet: a second point would only wait behind it, and grow old.
    if (ownName === undefined || link.waiting() > 0) return false;
    send({ type: 'point', at });
    return true;
  },
});

function open() {
  return openReconnectingSocket(serverUrl(), {
    mostQueued: 0, // The delivery keeps what waits. The link must not keep it, too.
    // To the server this is a new connection: it does not know who we were.
    onOpen: joinAgain,
    onMessage(text) {
      heard();
      const received = parseServerMessage(text);
      if (received) receive(received);
      else addLine({ kind: 'error', text: 'The server sent something that this page does not know.' });
    },
    onState: show,
  });
}

function show({ state, attempt, retryAt = 0, code = 1005, reason: given }: News): void {
  clearInterval(ticking);
  clearTimeout(haunting);
  if (state === 'open') pulse.start();
  else pulse.stop();
  if (state === 'waiting' || state === 'closed') {
    reason = isGivingUp ? 'No answer: the page has given this connection up.' : closeReason(code, given);
    leave(state === 'closed');
  } else if (state === 'open') {
    reason = '';
  }
  showConnection({ connecting: 0, open: 1, waiting: 3, closed: 3 }[state], reason);
  connectButton.textContent = state === 'closed' ? 'Connect again' : 'Now';
  const count = () => {
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    retry.textContent = `Waiting: attempt ${attempt} in ${seconds} s.`;
  };
  if (state === 'waiting') {
    count();
    ticking = setInterval(count, 250);
  } else if (state === 'connecting') retry.textContent = `Attempt ${attempt}.`;
  else if (state === 'open') retry.textContent = '';
  else retry.textContent = 'Closed for good: this page does not come back by itself.';
}

/** Nothing came for a while. Where all is well the answer is here before anybody could read that we wait. */
function ask(): void {
  send({ type: 'ping' });
  const askedAt = Date.now();
  ticking = setInterval(() => {
    retry.textContent = `No answer for ${Math.round((Date.now() - askedAt) / 1000)} s …`;
  }, 1000);
}

/** Whatever came, the link lives. */
function heard(): void {
  pulse.heard();
  clearInterval(ticking);
  retry.textContent = '';
}

/** The browser still calls the link open. So do not wait for its close event. */
function giveUp(): void {
  addLine({ kind: 'error', text: 'The server was silent. The page has given this connection up.' });
  isGivingUp = true;
  link.drop();
  isGivingUp = false;
}

/** The link has ended: nobody is here. What was on its way has no ack, and is sent again. */
function leave(isForGood: boolean): void {
  ownName = undefined;
  renameButton.hidden = true;
  sendButton.disabled = isForGood || wantedName === undefined;
  people.replace([]);
  pointers.clear();
  delivery.lost();
}

function joinAgain(): void {
  if (wantedName === undefined) return;
  isAutomatic = true;
  send({ type: 'join', username: wantedName });
}

function receive(message: ServerMessage): void {
  switch (message.type) {
    case 'joined':
      joined(message.username);
      people.replace(message.usernames, message.username);
      pointers.remove([message.username]);
      addLine({ kind: 'system', text: `You are ${message.username}.`, at: message.at });
      break;
    case 'presence':
      people.change(message.left, message.joined, message.at);
      pointers.remove(message.left);
      break;
    case 'points':
      pointers.take(message.points, ownName);
      break;
    case 'error':
      if (message.code === 'username-taken' && isAutomatic) meetGhost();
      else if (message.code === 'bad-username' || message.code === 'username-taken')
        refuseName(message.message);
      // We have no name here yet: it was this wish that came too soon.
      else if (message.code === 'too-fast' && ownName === undefined) waitForName();
      else if (message.code === 'too-fast' && !nameForm.hidden) refuseName(message.message);
  }
  delivery.receive(message);
}

/** The next message. Its number stands beside it. */
function addSaid({ seq, username, message, at }: Said): void {
  // Nobody else here can have our name, so a message under it is ours.
  const isOwn = username === ownName;
  const kind = isOwn ? 'own' : 'other';
  addLine({ kind, who: username, isYou: isOwn, text: message, at, note: `#${seq}` });
}

/** The server knows no way from what we have to what it has. */
function replaceLog(messages: Said[], why?: string): void {
  if (why !== undefined) {
    log.replaceChildren();
    addLine({ kind: 'error', text: why });
  }
  for (const said of messages) addSaid(said);
}

function send(message: ClientMessage): void {
  link.send(JSON.stringify(message));
}

nameForm.addEventListener('submit', (event) => {
  event.preventDefault();
  if (link.state() !== 'open') return;
  // The page does not judge the name. Only the server knows which names are taken.
  clearTimeout(haunting);
  isAutomatic = false;
  wantedName = nameField.value;
  send({ type: 'join', username: wantedName });
});

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (wantedName === undefined || field.value === '') return;
  if (delivery.write(field.value)) field.value = '';
  else
    addLine({
      kind: 'error',
      text: 'Too much waits already, or this is too long. It is still in the field.',
    });
});

renameButton.addEventListener('click', () => {
  nameForm.hidden = false;
  renameButton.hidden = true;
  nameField.value = ownName ?? '';
  nameField.select();
});

connectButton.addEventListener('click', () => {
  // Closed for good: the page stays away. Whoever presses the button wants a new link.
  if (link.state() === 'closed') link = open();
  else link.retryNow();
  field.focus();
});

// Hints that it may work now, and no more: a browser that says "online" may be wrong, and so may one that says nothing.
window.addEventListener('online', () => link.retryNow());
window.addEventListener('offline', () => {
  if (link.state() === 'open')
    retry.textContent = 'The browser says that it is offline. The page listens on.';
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') link.retryNow();
});

function joined(name: string): void {
  const wasInNameForm = nameForm.contains(document.activeElement);
  ownName = name;
  wantedName = name;
  refusal.textContent = '';
  nameField.removeAttribute('aria-invalid');
  nameForm.hidden = true;
  renameButton.hidden = false;
  sendButton.disabled = false;
  if (wasInNameForm) field.focus();
}

/** Too many want something at once, perhaps all who have our address. The page asks for the name again by itself. */
function waitForName(): void {
  clearTimeout(haunting);
  haunting = setTimeout(joinAgain, GHOST_WAIT * (1 + Math.random()));
}

/** Our name is taken, and perhaps by ourselves: the server does not know yet that our old connection is dead. */
function meetGhost(): void {
  const why = `${wantedName} is taken, perhaps by your own old connection. The page asks again, until the server has noticed.`;
  // Said once, not each time: a screen reader reads it out.
  if (refusal.textContent !== why) refusal.textContent = why;
  nameForm.hidden = false;
  nameField.value ||= wantedName ?? '';
  haunting = setTimeout(joinAgain, GHOST_WAIT);
}

/** The refusal stands beside the field, and a screen reader reads it out (role="alert"). */
function refuseName(why: string): void {
  wantedName = ownName;
  sendButton.disabled = wantedName === undefined;
  nameForm.hidden = false;
  renameButton.hidden = true;
  nameField.setAttribute('aria-invalid', 'true');
  refusal.textContent = why;
  nameField.focus();
}

function returnText(text: string, why: string): void {
  addLine({ kind: 'error', text: why });
  giveBack(field, text, 'The server did not take this.');
}

function showWaiting(texts: string[]): void {
  const items = texts.map((text) => {
    const item = document.createElement('li');
    item.dir = 'auto';
    item.textContent = `No ack yet: ${text}`;
    return item;
  });
  find('#waiting', HTMLElement).replaceChildren(...items);
}
