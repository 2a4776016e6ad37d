/**
 * Knows what a process still has to do by itself: timers, immediates, requests under way (files, DNS, crypto).
 * Sockets are not its business: whoever asks has sent a ping through each. It is plain JavaScript, as what loads it.
 */
import { createHook } from 'node:async_hooks';

/** The real ones: others may stand in their place. */
const { setTimeout, clearTimeout } = globalThis;

/** What is in every server, and does nothing by itself. */
const QUIET = new Set([
  'PROMISE',
  'TickObject',
  'Microtask',
  'TCPSERVERWRAP',
  'TCPWRAP',
  'PIPEWRAP',
  'PIPESERVERWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'SIGNALWRAP',
  'HTTPINCOMINGMESSAGE',
  'FILEHANDLE',
  'WRITEWRAP',
  'SHUTDOWNWRAP',
  'FSEVENTWRAP',
  'DNSCHANNEL',
  'SIGINTWATCHDOG',
]);

/** Each is over after one callback. */
const REQUEST = /REQ(UEST|WRAP)?$|^FSREQ|^QUERYWRAP$/;

/** @type {Map<number, { _destroyed: boolean, _idleStart?: number, _idleTimeout?: number }>} */
const timers = new Map();
/** What node:crypto does, for itself or for a callback. It is one kind of thing for both. */
const CRYPTO = /REQUEST$/;

/** With what is done for crypto, else nothing. @type {Map<number, { ondone?: unknown } | undefined>} */
const requests = new Map();
/** Streams of zlib that somebody has still. One with a buffer is at work on it. @type {Map<number, WeakRef<{ buffer?: unknown }>>} */
const packers = new Map();
/** Whether there is something that works on in a way that nobody here can see: a thread, a stream of zlib, a connection of its own. */
let isUnclear = false;

/** Forgets what there is to do: it belongs to a server whose clients have all gone. */
export function forgetPending() {
  timers.clear();
  requests.clear();
  packers.clear();
}

/** Begins to watch. What is there already is not counted. */
export function watchPending() {
  createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' || type === 'Immediate') timers.set(id, /** @type {never} */ (resource));
      else if (REQUEST.test(type)) requests.set(id, CRYPTO.test(type) ? resource : undefined);
      else if (!QUIET.has(type)) isUnclear = true;
      if (type === 'ZLIB') packers.set(id, new WeakRef(resource));
    },
    after(id) {
      requests.delete(id);
    },
    destroy(id) {
      timers.delete(id);
      requests.delete(id);
      packers.delete(id);
    },
  }).enable();
}

/** How many requests the system works on: files, DNS, crypto, zlib. */
export function openRequests() {
  // What has no callback was done at once (randomUUID, scryptSync). Node would tell of its end only when its memory is freed.
  for (const [id, job] of requests) if (job && !job.ondone) requests.delete(id);
  return requests.size + [...packers.values()].filter((packer) => packer.deref()?.buffer).length;
}

/**
 * What there is still to do.
 *
 * @returns how many requests and immediates wait; in how many ms the next timer is due, or -1 where there is none
 */
export function pending() {
  const probe = setTimeout(() => {}, 1e6);
  const now = Reflect.get(probe, '_idleStart');
  clearTimeout(probe);
  let immediates = 0;
  let next = -1;
  for (const [id, { _destroyed: isOver, _idleStart: start, _idleTimeout: after = -1 }] of timers) {
    if (isOver) {
      timers.delete(id);
    } else if (start === undefined) {
      immediates += 1;
    } else if (after >= 0) {
      const due = Math.max(0, start + after - now);
      next = next < 0 ? due : Math.min(next, due);
    }
  }
  return { work: openRequests() + immediates, timer: Math.ceil(next), isUnclear };
}
