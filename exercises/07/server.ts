import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/08/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

const server = await serveLesson('lessons/08');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

// TODO 1: which number had the last message?
// TODO 3: which number belongs to which id?
// TODO 4: what was said so far? And how does one tell this start of the program from the one before?

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    // TODO 2 and 3: a message has received.id, too.
    else if (received.type === 'chat') chat(socket, received.message);
    else if (received.type === 'since') console.log('Somebody asks what came after number %d.', received.seq);
    // TODO 4: answer with a snapshot. TODO 5: or with what came after received.seq. TODO 6: and not with all at once.
    // TODO 7: is received.epoch the one of now? TODO 9: who may ask?
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  if (isTaken(username, socket)) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = usernames.get(socket);
  usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

function chat(socket: WebSocket, message: string): void {
  const username = usernames.get(socket);
  if (username === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
  // TODO 3: did this id come before?
  // TODO 1: each message has the next number.
  // TODO 4: keep it. TODO 8: and not for ever.
  broadcast({ type: 'chat', seq: 0, username, message, at: now() });
  // TODO 2: tell the sender that it is here.
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(username: string, self: WebSocket): boolean {
  for (const [socket, other] of usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function announce(message: string, except?: WebSocket): void {
  broadcast({ type: 'system', message, usernames: [...usernames.values()], at: now() }, except);
}

/** Sends to everyone who has joined and is OPEN, but for one. */
function broadcast(message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const socket of usernames.keys()) {
    if (socket !== except && socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
