/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

export const transplants: Transplants = {
  'differences.ts': {
    'told again in each tick': ['  told = here;\n', ''],
    'points of those who have left': ['    points.delete(username);\n', ''],
    'old points wait, too': ['  if (socket.bufferedAmount > 65_536) return;\n', ''],
    'who is new knows no points': [
      'const known = seen.get(socket) ?? new Map<string, number>();',
      'const known = seen.get(socket) ?? new Map([...points].map(([name, { version }]) => [name, version]));',
    ],
    'nobody is ended': [
      '  if (socket.bufferedAmount > 1_048_576) socket.terminate();\n  else socket.send(text);',
      '  socket.send(text);',
    ],
    'closed politely': ['socket.terminate();\n  else', 'socket.close();\n  else'],
  },
  'looks-after.ts': {
    'who comes back was away': [
      '  if (changes.has(name) && changes.get(name) !== isHere) changes.delete(name);\n  else changes.set(name, isHere);\n',
      '  if (changes.has(name) && !isHere) changes.delete(name);\n  else changes.set(name, isHere);\n',
    ],
    'no tick for who was slow': ['    if (!member.knowsAll) soon();\n', ''],
    'old points wait, too': [
      'member.socket.bufferedAmount > 60_000',
      'member.socket.bufferedAmount > 1_000_000',
    ],
    'points that are left out never come': [
      '    if (isSlow && news.length > 0) member.knowsAll = false;\n',
      '',
    ],
    'nobody is ended': ['  if (socket.bufferedAmount > 1024 * 1024) socket.terminate();\n', ''],
    'ended above 64 KiB': ['socket.bufferedAmount > 1024 * 1024', 'socket.bufferedAmount > 64 * 1024'],
  },
  'own-count.ts': {
    'the first point wins': [
      '  points.set(username, at);\n',
      '  if (!moved.has(username)) points.set(username, at);\n',
    ],
    'texts are dropped above 1 MiB': ['    socket.terminate();\n    return;\n', '    return;\n'],
    'nobody is told who left': ['  if (!joined.delete(username)) left.add(username);\n', ''],
  },
};
