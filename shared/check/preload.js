/**
 * Runs in each process that runs a server of the course, before the server: tells where it listens and why it crashed,
 * answers questions, and ends the process with whoever started it.
 * Started by itself, it stands by with ws loaded, and imports the servers that it is told to, each anew: the same file
 * under another query. It is plain JavaScript, and gets servers that are compiled already: with tsx it would take
 * three times as long.
 */
import { Server as HttpServer } from 'node:http';
import { Server, Socket } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { forgetPending, pending, watchPending } from './pending.js';

/** Where all servers of this process listen, whatever they ask for. */
const { COURSE_PORT: wantedPort } = process.env;
delete process.env.COURSE_PORT;

/** As it is now: what a suite of tests fakes later is not asked. */
const { setImmediate } = globalThis;

const standsBy = process.argv[1] === fileURLToPath(import.meta.url);

/**
 * @param {import('./news.ts').News} news
 * @param {() => void} [then]
 */
function tell(news, then) {
  // Sending fails only where the other end has gone, and then this process goes, too.
  process.send?.(news, () => then?.());
}

/** The servers that listen, in the order in which they began to. @type {Map<Server, number>} */
const listening = new Map();

/** The port of the server that takes WebSockets, as far as one can see; 0 where none listens. */
function findPort() {
  const all = [...listening];
  const taking = all.find(([server]) => server.listenerCount('upgrade') > 0);
  const bare = all.find(([server]) => !(server instanceof HttpServer));
  return { port: (taking ?? bare ?? all[0])?.[1] ?? 0, takesUpgrades: Boolean(taking ?? bare) };
}

const listen = Server.prototype.listen;
/**
 * @this {Server}
 * @param {unknown[]} args
 * @returns {Server}
 */
Server.prototype.listen = function (...args) {
  const [first] = args;
  // A pipe is no server for clients, and a cable in front of the server is none of the learner's.
  const isOther =
    typeof first === 'string'
      ? !/^\d+$/.test(first)
      : typeof first === 'object' && first && ('path' in first || 'isCable' in first);
  if (isOther) return Reflect.apply(listen, this, args);
  if (own) this.on('connection', follow);
  this.once('listening', () => {
    const address = this.address();
    if (address === null || typeof address === 'string') return;
    listening.set(this, address.port);
    this.once('close', () => listening.delete(this));
    tell({ type: 'listening', port: address.port });
  });
  if (wantedPort === undefined) return Reflect.apply(listen, this, args);
  const callback = args.find((arg) => typeof arg === 'function');
  const place = { port: Number(wantedPort), host: '127.0.0.1' };
  return Reflect.apply(listen, this, [place, ...(callback ? [callback] : [])]);
};

/** The check's clock, where the server that runs now has it in place of the real one. @type {ReturnType<typeof import('./own-clock.js').installClock> | undefined} */
let own;

/** With a clock of the check's: the connections that are open. @type {Set<import('node:net').Socket>} */
const lines = new Set();

/** @param {import('node:net').Socket} socket */
function follow(socket) {
  lines.add(socket);
  socket.once('close', () => lines.delete(socket));
}

/** What goes on when a connection is read again. @type {Map<Socket, () => void>} */
const held = new Map();

/**
 * From now on the other end of a connection reads nothing, or reads again. All that is written meanwhile waits in this process:
 * no kernel hides a part of it, so that how much waits is the same on each machine.
 *
 * @param {number} port that of the other end
 * @param {boolean} isHeld
 */
function hold(port, isHeld) {
  for (const socket of lines) {
    if (socket.remotePort !== port) continue;
    held.get(socket)?.();
    held.delete(socket);
    if (!isHeld) continue;
    /** @type {(() => void)[]} */
    const waiting = [];
    const later = (/** @type {'_write' | '_writev'} */ how) => ({
      configurable: true,
      value: (/** @type {unknown[]} */ ...args) =>
        waiting.push(() => Reflect.apply(/** @type {Function} */ (Socket.prototype[how]), socket, args)),
    });
    Object.defineProperties(socket, { _write: later('_write'), _writev: later('_writev') });
    held.set(socket, () => {
      for (const how of ['_write', '_writev']) Reflect.deleteProperty(socket, how);
      if (!socket.destroyed) for (const go of waiting) go();
    });
    socket.once('close', () => held.delete(socket));
  }
}

/** How the clock stands, and how much has crossed each connection: so the check knows what is still on its way. */
function lookAtClock() {
  if (!own) return {};
  const open = [...lines].filter(({ destroyed }) => !destroyed);
  /** @type {import('./news.ts').ClockState['lines']} */
  const crossed = open.map(({ remotePort = 0, bytesRead, bytesWritten }) => [
    remotePort,
    bytesRead,
    bytesWritten,
  ]);
  return { clock: { ...own.look(), lines: crossed, closing: lines.size - open.length } };
}

/**
 * @param {import('./news.ts').Question & { type: 'start' }} question
 */
async function start({ source, file, run, data, now }) {
  process.env.LESSON_DATA = data;
  process.argv[1] = source; // As if it had been started by itself.
  listening.clear();
  forgetPending();
  lines.clear();
  own?.uninstall();
  own = undefined;
  if (now !== undefined) own = (await import('./own-clock.js')).installClock(now);
  await import(`${pathToFileURL(file).href}?run=${run}`);
}

/**
 * @param {unknown} reason
 * @param {() => void} [then]
 */
function crashed(reason, then) {
  const { name, message, stack = '' } = reason instanceof Error ? reason : new Error(String(reason));
  tell({ type: 'crashed', name, message, stack }, then);
}
// Who catches everything with a listener of their own lives on.
if (standsBy) {
  process.on('uncaughtException', (reason) => {
    if (process.listenerCount('uncaughtException') === 1) crashed(reason, () => process.exit(1));
  });
} else {
  process.on('uncaughtExceptionMonitor', (reason) => {
    if (process.listenerCount('uncaughtException') === 0) crashed(reason);
  });
}
// Deep in a library: the learner's own line must still be on the stack.
Error.stackTraceLimit = 50;

/** @param {unknown} reason */
function crash(reason) {
  process.nextTick(() => {
    throw reason;
  });
}

process.on('message', (/** @type {import('./news.ts').Question} */ question) => {
  if (question.type === 'start') {
    start(question).catch(crash);
  } else if (question.type === 'turn') {
    const { id, to } = question;
    const answer = () =>
      void setImmediate(() => tell({ type: 'turn', id, ...findPort(), ...pending(), ...lookAtClock() }));
    if (own && to !== undefined) own.advance(to).then(answer, crash);
    else answer();
  } else if (question.type === 'hold') {
    hold(question.port, question.isHeld);
  } else if (question.type === 'usage') {
    if (question.collect) for (let times = 0; times < 2; times += 1) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, external, rss } = process.memoryUsage();
    const open = process.getActiveResourcesInfo();
    const count = (/** @type {string} */ kind) => open.filter((one) => one === kind).length;
    const [sockets, timers] = [count('TCPSocketWrap'), count('Timeout')];
    tell({ type: 'usage', cpu: user + system, heap: heapUsed + external, rss, sockets, timers });
  }
});

/** No process is left behind, and none that the server has started: they are one group (but on Windows). */
const group = process.platform === 'win32' ? process.pid : 0;
process.on('disconnect', () => process.kill(group, 'SIGKILL'));
if (!standsBy) process.channel?.unref();
// In an endless loop 'disconnect' is never heard. A thread of its own tells on a pipe how much processor time, in ms, this
// process has used, and how much memory, in bytes. Where nobody can hear that any more, it ends them all.
const watchdog = new Worker(
  `const { writeSync } = require('node:fs');
   setInterval(() => {
     try {
       const { user, system } = process.cpuUsage();
       writeSync(4, Math.round((user + system) / 1000) + ' ' + process.memoryUsage.rss() + '\\n');
     } catch (error) {
       if (error.code !== 'EAGAIN') process.kill(${group}, 'SIGKILL');
     }
   }, 100);`,
  { eval: true, execArgv: [] },
);
watchdog.unref();

if (standsBy) {
  await Promise.all([import('ws'), import('node:http')]);
  watchPending();
}
tell({ type: 'ready', pid: process.pid });
