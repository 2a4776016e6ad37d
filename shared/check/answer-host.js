/**
 * The process in which a learner's server runs while it is checked.
 * It stands by with ws loaded, so that the server listens soon after the check asks for it. It is plain
 * JavaScript, and gets servers that are compiled already: a process with tsx takes three times as long to start.
 * Each test gets the server anew: the same file, imported once more under another query.
 */
import 'ws';
import 'node:http';
import { Server } from 'node:net';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * @param {import('./host.ts').FromHost} message
 * @param {() => void} [then]
 */
function tell(message, then) {
  // Sending fails only where the check has gone, and then this process goes, too.
  process.send?.(message, () => then?.());
}

// Whatever port and host the server asks for, it gets a free port of the loopback interface, and the check hears of it.
const listen = Server.prototype.listen;
/**
 * @this {Server}
 * @param {unknown[]} args
 * @returns {Server}
 */
Server.prototype.listen = function (...args) {
  const [first] = args;
  const isPipe =
    typeof first === 'string' ? !/^\d+$/.test(first) : typeof first === 'object' && first && 'path' in first;
  if (isPipe) return Reflect.apply(listen, this, args);
  const callback = args.find((arg) => typeof arg === 'function');
  this.once('listening', () => {
    const address = this.address();
    if (address !== null && typeof address !== 'string') tell({ type: 'listening', port: address.port });
  });
  return Reflect.apply(listen, this, [{ port: 0, host: '127.0.0.1' }, ...(callback ? [callback] : [])]);
};

/** @param {unknown} reason */
function crash(reason) {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const { name, message, stack = '' } = error;
  tell({ type: 'crashed', name, message, stack }, () => process.exit(1));
}
process.on('uncaughtException', crash);
// Deep in a library: the learner's own line must still be on the stack.
Error.stackTraceLimit = 50;

process.on('message', (/** @type {import('./host.ts').ToHost} */ message) => {
  if (message.type === 'start') {
    import(`${pathToFileURL(message.file).href}?run=${message.run}`).then(
      () => tell({ type: 'imported' }),
      crash,
    );
  } else {
    setImmediate(() => tell({ type: 'turn', id: message.id }));
  }
});

// No process is left behind: it ends with the check, in an endless loop, too, where 'disconnect' is never heard.
process.on('disconnect', () => process.exit());
// A thread of its own does the same, and tells on the fourth pipe how much processor time this process has used.
const watchdog = new Worker(
  `const { writeSync } = require('node:fs');
   setInterval(() => {
     try {
       process.kill(${process.ppid}, 0);
       const { user, system } = process.cpuUsage();
       writeSync(4, Math.round((user + system) / 1000) + '\\n');
     } catch {
       process.kill(process.pid, 'SIGKILL');
     }
   }, 100);`,
  { eval: true, execArgv: [] },
);
watchdog.unref();

tell({ type: 'ready' });
