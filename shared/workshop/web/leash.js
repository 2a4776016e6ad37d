/**
 * Runs before a server that the workshop has started: tells the workshop where it listens and why it crashed,
 * and ends it with the workshop. It is plain JavaScript, so that its process needs no compiler.
 */
import { Server } from 'node:net';
import { Worker } from 'node:worker_threads';

/** @param {{ type: 'listening', port: number } | { type: 'crashed', name: string, message: string, stack: string }} message */
function tell(message) {
  process.send?.(message, () => {}); // It fails only where the workshop has gone, and then this process goes, too.
}

// A server may ask for a port of its own. It gets the one that the workshop chose, on this machine only.
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
  const port = Number(process.env.PORT ?? 0);
  return Reflect.apply(listen, this, [{ port, host: '127.0.0.1' }, ...(callback ? [callback] : [])]);
};

process.on('uncaughtExceptionMonitor', (/** @type {unknown} */ reason) => {
  const { name, message, stack = '' } = reason instanceof Error ? reason : new Error(String(reason));
  tell({ type: 'crashed', name, message, stack });
});
Error.stackTraceLimit = 50;

process.on('disconnect', () => process.exit());
process.channel?.unref();
// In an endless loop 'disconnect' is never heard. A thread of its own looks whether the workshop is still there.
const watchdog = new Worker(
  `setInterval(() => {
     try {
       process.kill(${process.ppid}, 0);
     } catch {
       process.kill(process.pid, 'SIGKILL');
     }
   }, 500);`,
  { eval: true, execArgv: [] },
);
watchdog.unref();
