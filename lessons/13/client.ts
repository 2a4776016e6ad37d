import { addLine, giveBack } from '#shared/lesson/page/log.ts';
import { closeReason, find, serverUrl, showConnection } from '#shared/lesson/page/page.ts';
import { createDelivery } from './delivery.ts';
import { createLogin } from './login.ts';
import { createPeople } from './people.ts';
import { createPointers } from './pointers.ts';
import { type ClientMessage, parseServerMessage, type Said, type ServerMessage } from './protocol.ts';
import { createPulse } from './pulse.ts';
import { type News, openReconnectingSocket } from './reconnecting-socket.ts';
import { LOGGED_OUT, TicketSocket } from './ticket-socket.ts';

const field = find('#field', HTMLInputElement);
const sendButton = find('#send', HTMLButtonElement);
const logoutButton = find('#logout', HTMLButtonElement);
const connectButton = find('#connect', HTMLButtonElement);
const retry = find('#retry', HTMLElement);
const log = find('#log', HTMLElement);
const people = createPeople(find('#people', HTMLElement));

/** Who we are, as the server says. What this page shows for it is a courtesy: the server asks again, each time. */
let ownName: string | undefined;
let isAdmin = false;
/** Who we were on the last link. What they wrote must not be sent as somebody else. */
let lastName: string | undefined;

/** Why the last link ended. It stays in view until there is a new one. */
let reason = '';
/** Whether the page itself gives the link up. Then no code tells why. */
let isGivingUp = false;
let ticking: ReturnType<typeof setInterval> | undefined;

const login = createLogin(enter);
let delivery = openDelivery();
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

function openDelivery() {
  return createDelivery({
    send,
    show: addSaid,
    replace: replaceLog,
    showWaiting,
    giveBack: returnText,
    onTooFast: () =>
      addLine({ kind: 'system', text: 'That was much at once. The rest follows in a moment.' }),
  });
}

function open() {
  return openReconnectingSocket(serverUrl(), {
    WebSocket: TicketSocket, // Each link needs a ticket of its own.
    mostQueued: 0, // The delivery keeps what waits. The link must not keep it, too.
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
  if (state === 'open') pulse.start();
  else pulse.stop();
  if (state === 'waiting' || state === 'closed') {
    reason = isGivingUp ? 'No answer: the page has given this connection up.' : closeReason(code, given);
    leave(state === 'closed');
  } else if (state === 'open') {
    reason = '';
  }
  const isOut = state === 'closed' && code === LOGGED_OUT;
  if (isOut) reason = given === undefined || given === '' ? 'You are not logged in.' : given;
  showConnection({ connecting: 0, open: 1, waiting: 3, closed: 3 }[state], reason);
  connectButton.hidden = isOut;
  connectButton.textContent = state === 'closed' ? 'Connect again' : 'Now';
  const count = () => {
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    retry.textContent = `Waiting: attempt ${attempt} in ${seconds} s.`;
  };
  if (state === 'waiting') {
    count();
    ticking = setInterval(count, 250);
  } else if (state === 'connecting') retry.textContent = `Attempt ${attempt}.`;
  else if (state === 'open' || isOut) retry.textContent = '';
  else retry.textContent = 'Closed for good: this page does not come back by itself.';
  if (isOut) login.ask();
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
  logoutButton.hidden = isForGood || lastName === undefined;
  sendButton.disabled = isForGood || lastName === undefined;
  people.replace([]);
  pointers.clear();
  delivery.lost();
}

/** The browser has a cookie now. */
function enter(): void {
  if (link.state() === 'closed') link = open();
}

function receive(message: ServerMessage): void {
  switch (message.type) {
    case 'joined':
      joined(message);
      break;
    case 'presence':
      people.change(message.left, message.joined, message.at);
      pointers.remove(message.left);
      break;
    case 'points':
      pointers.take(message.points, ownName);
      break;
    case 'deleted':
      markDeleted(message.seq);
      break;
    case 'error':
      if (message.code === 'forbidden' || message.code === 'unknown-message')
        addLine({ kind: 'error', text: message.message });
  }
  delivery.receive(message);
}

/** Nobody asked for it: the server knows who we are, and says so. */
function joined({ username, usernames, isAdmin: may, at }: ServerMessage & { type: 'joined' }): void {
  if (lastName !== undefined && lastName !== username) {
    // Somebody else has logged in here. Nothing of who was here before is for them.
    log.replaceChildren();
    delivery = openDelivery();
    showWaiting([]);
  }
  [ownName, lastName, isAdmin] = [username, username, may];
  people.replace(usernames, username);
  pointers.remove([username]);
  const wasInLogin = find('#login', HTMLElement).contains(document.activeElement);
  login.hide();
  logoutButton.hidden = false;
  sendButton.disabled = false;
  if (wasInLogin) field.focus();
  addLine({ kind: 'system', text: `You are ${username}${isAdmin ? ', the admin' : ''}.`, at });
}

/** The next message. Its number stands beside it. An empty one was deleted before we came. */
function addSaid({ seq, username, message, at }: Said): void {
  const isOwn = username === ownName;
  const kind = isOwn ? 'own' : 'other';
  addLine({ kind, who: username, isYou: isOwn, text: message, at, note: `#${seq}` });
  const line = log.lastElementChild;
  if (!(line instanceof HTMLElement)) return;
  line.dataset.seq = String(seq);
  if (message === '') markDeleted(seq);
  else if (isOwn || isAdmin) line.append(makeDelete(seq));
}

function makeDelete(seq: number): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Delete';
  button.setAttribute('aria-label', `Delete message ${seq}`);
  button.addEventListener('click', () => {
    send({ type: 'delete', seq });
    field.focus(); // The button goes with the message. The keyboard must not fall out of the page.
  });
  return button;
}

function markDeleted(seq: number): void {
  const line = log.querySelector(`[data-seq="${seq}"]`);
  line?.querySelector('button')?.remove();
  const text = line?.querySelector('.text');
  if (text) text.textContent = 'This was deleted.';
  line?.classList.add('deleted');
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

find('#form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (lastName === undefined || field.value === '') return;
  if (delivery.write(field.value)) field.value = '';
  else
    addLine({
      kind: 'error',
      text: 'Too much waits already, or this is too long. It is still in the field.',
    });
});

logoutButton.addEventListener('click', async () => {
  // The server ends the session, and then all links that belong to it. The code says that they shall not come back.
  const answer = await fetch('/logout', { method: 'POST' }).catch(() => undefined);
  if (!answer) addLine({ kind: 'error', text: 'The server does not answer. You are still logged in.' });
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
