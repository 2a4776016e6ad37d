import { WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { createRoom, handle, leave, send } from './chat.ts';
import { keepAlive } from './heartbeat.ts';
import { createAddresses, createAllowance, createBucket, createLog } from './limits.ts';
import { ERROR_TEXTS, type ErrorCode, parse } from './protocol.ts';

const server = await serveLesson('lessons/11');
server.maxConnections = 2_000; // For all together. Node ends what is more, before anybody reads a byte of it.

// The largest right message has 2,000 characters, each as \u0000: 12 KiB. What is larger ends the connection: 1009.
const wss = new WebSocketServer({ server, maxPayload: 16 * 1024, maxFragments: 100 });

const addresses = createAddresses();
const log = createLog(console.log, createBucket(500, 10)); // Not more than 100 MB a day.
const room = createRoom();

wss.on('connection', (socket, { socket: { remoteAddress = '' } }) => {
  socket.on('error', (error) => log(`A client broke the protocol: ${error.message}`));
  const address = addresses.enter(remoteAddress);
  if (!address) {
    dismiss(socket, 1013, 'Too many from your address.');
    return;
  }
  log('A client arrived.');
  keepAlive(socket);
  const mayAsk = createAllowance();
  const mayErr = createBucket(20, 1);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return; // We have said goodbye, and hear no more.
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (!mayAsk(received.type)) err('too-fast');
    // All who have this address asked too much together. It need not be an error of this one.
    else if (!address.mayAsk(received.type)) refuse(socket, 'too-fast');
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
    leave(room, socket);
    log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });
});

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: new Date().toISOString() });
}

/** Says goodbye, and why. Who does not answer it is ended: ws would listen to them for 30 seconds more. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), 2_000);
  socket.on('close', () => clearTimeout(timer));
}
