// Right in another way: the handler is async. A queue keeps each client's messages in order, and nothing is awaited
// between the look at a name and taking it.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { type ClientMessage, type ErrorCode, parse } from '#lessons/04/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Person = { socket: WebSocket; username: string };

let people: Person[] = [];
const wss = new WebSocketServer({ server: await serveLesson('lessons/04') });

wss.on('connection', (socket) => {
  let queue: Promise<void> = Promise.resolve();
  const later = (work: () => void) => {
    queue = queue.then(() => sleep(1)).then(work);
  };
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    const at = new Date();
    later(() => hear(socket, isBinary ? 'not-text' : parse(`${data}`), at));
  });
  socket.on('close', () => {
    later(() => {
      const left = people.find((person) => person.socket === socket);
      people = people.filter((person) => person !== left);
      if (left) tell(people, { type: 'system', message: `Goodbye, ${left.username}!`, usernames: list() });
    });
  });
});

function hear(socket: WebSocket, said: ClientMessage | ErrorCode, at: Date): void {
  const me = people.find((person) => person.socket === socket);
  const code = codeFor(said, me);
  if (code !== undefined) {
    tell([{ socket }], { type: 'error', code, message: `No: ${code}`, at });
  } else if (typeof said !== 'string' && said.type === 'chat') {
    tell(people, { ...said, username: me?.username, at });
  } else if (typeof said !== 'string') {
    const others = people.filter((person) => person !== me);
    people = [...others, { socket, username: said.username }];
    // The others hear it first.
    tell(others, { type: 'system', message: `Say hello to ${said.username}.`, usernames: list(), at });
    tell([{ socket }], { type: 'joined', username: said.username, usernames: list(), at });
  }
}

/** What is wrong with a message, if anything is. */
function codeFor(said: ClientMessage | ErrorCode, me: Person | undefined): ErrorCode | undefined {
  if (typeof said === 'string') return said;
  if (said.type === 'chat') return me ? undefined : 'not-joined';
  const key = said.username.toLowerCase();
  const isTwin = (person: Person) => person !== me && person.username.toLowerCase() === key;
  return people.some(isTwin) ? 'username-taken' : undefined;
}

function list(): string[] {
  return people.map(({ username }) => username).sort();
}

function tell(to: { socket: WebSocket }[], message: object): void {
  const text = JSON.stringify({ at: new Date(), ...message });
  for (const { socket } of to) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
