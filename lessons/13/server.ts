import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { createAccounts, type User } from './accounts.ts';
import { createRoom, enter, handle, leave, refuse } from './chat.ts';
import { createDoors } from './doors.ts';
import { isOwnPage, readTicket, refuseUpgrade } from './guard.ts';
import { keepAlive } from './heartbeat.ts';
import { COSTS, createAddresses, createAllowance, createBucket, createLog } from './limits.ts';
import { setLink } from './outlet.ts';
import { type ErrorCode, parse } from './protocol.ts';
import { createSessions, type Session } from './sessions.ts';
import { openStore } from './store.ts';
import { createTickets } from './tickets.ts';

/** Where the users are kept. Tests, checks and the workshop name a folder of their own. */
const { LESSON_DATA: folder = fileURLToPath(new URL('data', import.meta.url)) } = process.env;

const store = await openStore(folder);
const accounts = createAccounts(store);
const sessions = createSessions(store);
const tickets = createTickets<Session>();

const server = await serveLesson('lessons/13', {
  routes: createDoors({ accounts, sessions, tickets }),
  // Until now serveLesson has refused all other pages. Here the pages of this machine get as far as to our own guard.
  origins: ['http://localhost:*', 'http://127.0.0.1:*'],
});
server.maxConnections = 2_000; // For all together. Node ends what is more, before anybody reads a byte of it.

const wss = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024, maxFragments: 100 });
const addresses = createAddresses();
const log = createLog(console.log, createBucket(500, 10)); // Not more than 100 MB a day.
const room = createRoom();

/** Who has no right to come in gets no WebSocket. Nothing here may wait: what a client sends meanwhile would be lost. */
server.on('upgrade', (request, tcp, head) => {
  if (!isOwnPage(request)) return refuseUpgrade(tcp, '403 Forbidden');
  const session = tickets.redeem(readTicket(request));
  const user = session && sessions.isAlive(session) && accounts.find(session.name);
  if (!session || !user) return refuseUpgrade(tcp, '401 Unauthorized');
  wss.handleUpgrade(request, tcp, head, (socket) => {
    setLink(socket, request.socket);
    welcome(socket, request.socket.remoteAddress ?? '', session, user);
  });
});

function welcome(socket: WebSocket, remoteAddress: string, session: Session, user: User): void {
  socket.on('error', (error) => log(`A client broke the protocol: ${error.message}`));
  const address = addresses.enter(remoteAddress);
  if (!address) {
    dismiss(socket, 1013, 'Too many from your address.');
    return;
  }
  log('A client arrived.');
  keepAlive(socket);
  enter(room, socket, user);
  // A connection has no cookie of its own: who logs out must be shown the door.
  const forget = sessions.whenEnded(session, () => dismiss(socket, 4401, 'You are logged out.'));
  const mayAsk = createAllowance();
  const mayErr = createBucket(20, 1);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return; // We have said goodbye, and hear no more.
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (!mayAsk(received.type)) err('too-fast');
    // All who have this address asked too much together. It need not be an error of this one.
    else if (!address.mayAsk(COSTS[received.type])) refuse(socket, 'too-fast');
    else err(handle(room, socket, received));
  });

  // ws answers a ping by itself. That is work, too.
  socket.on('ping', () => {
    if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');
  });

  /** Who errs now and then is told. Who does nothing else is not worth an answer. */
  function err(code: ErrorCode | undefined): void {
    if (code === undefined) return;
    if (mayErr()) refuse(socket, code);
    else dismiss(socket, 1008, 'Too many errors.');
  }

  socket.on('close', (code, reason) => {
    address.leave();
    forget();
    leave(room, socket);
    log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });
}

/** Says goodbye, and why. Who does not answer it is ended: ws would listen to them for 30 seconds more. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), 2_000);
  socket.on('close', () => clearTimeout(timer));
}
