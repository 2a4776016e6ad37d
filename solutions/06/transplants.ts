/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const WAIT = 'const wait = random() * Math.min(cap, base * 2 ** this.failures);';
const TIMER = '  setTimeout: (work, ms) => setTimeout(work, ms),\n';
const DRAW = 'const wait = (options.random ?? Math.random)() * most;';

export const transplants: Transplants = {
  'class.ts': {
    'no jitter': [WAIT, WAIT.replace('random() * ', '')],
    'no cap': [WAIT, WAIT.replace('Math.min(cap, base * 2 ** this.failures)', 'base * 2 ** this.failures')],
    'an error has no listener': ["    socket.addEventListener('error', () => {});\n", ''],
    'the failures are never forgotten': [
      '    if (this.clock.now() - now.openSince >= stable) this.failures = 0;\n',
      '',
    ],
    'a closing link is taken for an open one': [
      "this.state === 'open' && this.current?.socket.readyState === 1",
      "this.state === 'open' && this.current",
    ],
    '1008 is forgotten': [' || code === 1008', ''],
    'retryNow connects in every state': [
      "if (this.state !== 'waiting') return;",
      "if (this.state === 'closed') return;",
    ],
    'setTimeout is called as a method': [TIMER, '  setTimeout: globalThis.setTimeout,\n'],
    'a listener is added with on()': [
      "socket.addEventListener('error', () => {});",
      "socket.on('error', () => {});",
    ],
    'nothing stands in for options.random': ['random = Math.random', 'random'],
  },
  'state-machine.ts': {
    'no jitter': [DRAW, 'const wait = most;'],
    'an error has no listener': ["    socket.addEventListener('error', () => {});\n", ''],
    'a handshake that was given up stays open': ['      fail();\n      socket.close();\n', '      fail();\n'],
    'onOpen is called the first time only': [
      '    options.onOpen?.();\n',
      '    if (failures === 0) options.onOpen?.();\n',
    ],
    'a timer is told to keep nobody waiting': ['setTimeout(work, ms),', 'setTimeout(work, ms).unref(),'],
    'a text is read as a Buffer': ['onMessage?.(`${data}`)', 'onMessage?.(Buffer.from(data).toString())'],
  },
  'async-loop.ts': {
    'setTimeout is called as a method': [
      '  setTimeout: (work, ms) => globalThis.setTimeout(work, ms),\n',
      '  setTimeout,\n',
    ],
  },
};
