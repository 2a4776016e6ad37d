/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

export const transplants: Transplants = {
  'drops.ts': {
    'the old limit of bytes': ['maxPayload: 16_384', 'maxPayload: 65_536'],
    'everything costs one token': ['join: 5, since: 5', 'join: 1, since: 1'],
    'ping frames cost nothing': ["    if (!guest.isGone && !pay(1)) err('too-fast');\n", ''],
    'more than the bucket holds': ['Math.min(150, guest.tokens + 1)', 'guest.tokens + 1'],
    'one token comes back each second': ['  }, 100);', '  }, 1000);'],
    'ten tokens come at once, each second': [
      'guest.tokens + 1);\n  }, 100);',
      'guest.tokens + 10);\n  }, 1000);',
    ],
    'errors are never forgiven': ['guest.errors + 1', 'guest.errors'],
    'what comes after the goodbye is handled': ['    if (guest.isGone) return;\n', ''],
    'who does not answer the goodbye stays': ['  setTimeout(() => socket.terminate(), 4_900);\n', ''],
    '251 connections': ['neighbours.length >= 250', 'neighbours.length > 250'],
    'nobody makes room': ['    guests.delete(socket);\n', ''],
  },
  'classes.ts': {
    'what is too fast takes tokens': [
      'if (next - now > this.size * this.msPerToken + 1e-6) return false;\n    this.fullAt = next;\n    return true;',
      'const isLate = next - now > this.size * this.msPerToken + 1e-6;\n    this.fullAt = Math.min(next, now + this.size * this.msPerToken);\n    return !isLate;',
    ],
    'the 20th error closes': ['new Meter(20, 1000)', 'new Meter(19, 1000)'],
    'closed without a code': [
      "socket.close(code, 'Goodbye');",
      "if (code === 1008) socket.close();\n  else socket.close(code, 'Goodbye');",
    ],
    'turned away with 1008': ['end(socket, 1013)', 'end(socket, 1008)'],
    'what comes after the goodbye is handled': ['    if (this.hasToGo) return;\n', ''],
  },
  'own-upgrade.ts': {
    'no token comes back': [
      'missing = Math.max(0, missing -',
      'if (size === 20) missing = Math.max(0, missing -',
    ],
    'the turned away may stay': [
      "leave(socket, 1013, 'Come back later.')",
      "socket.close(1013, 'Come back later.')",
    ],
    'the turned away take places': [
      'if (list.length >= 250) {',
      'if (list.length >= 250) {\n      list.push(socket);',
    ],
    'nobody is closed': ["    leave(socket, 1008, 'You make nothing but errors.');\n", ''],
  },
  'one-tick.ts': {
    'a ping costs nothing': ['isDear ? 5 : 1', "isDear ? 5 : received.type === 'chat' ? 1 : 0"],
    'too fast is no error': [
      "refuse(socket, 'too-fast');",
      "send(socket, { type: 'error', code: 'too-fast', message: ERROR_TEXTS['too-fast'], at: now() });",
    ],
    'what is too fast is dropped without a word': ["    refuse(socket, 'too-fast');\n", ''],
  },
};
