/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const SNAPSHOT = '`{"type":"canvas","seq":${count},"lines":[${log.join(\',\')}]}`';
const SEND = 'for (const peer of wss.clients) if (peer.readyState === WebSocket.OPEN) peer.send(text);';
const BOUND = 'if (log.length > 10_000) log.splice(0, log.length - 10_000);';
const ERROR = 'socket.send(JSON.stringify(error));';
const CLEAR = "if (change.type === 'clear') log = [];";

export const transplants: Transplants = {
  'event-log.ts': {
    'the newcomer gets nothing': [`  socket.send(${SNAPSHOT});\n`, ''],
    'seq starts at 1': ['let count = 0;', 'let count = 1;'],
    'the sender is left out': [SEND, SEND.replace('if (', 'if (peer !== socket && ')],
    'the line goes back to its sender alone': [SEND, 'socket.send(text);'],
    'each connection has a seq of its own': [
      'socket.onerror = () => {};',
      'socket.onerror = () => {};\n  let count = 0;',
    ],
    'seq counts only once': ['count += 1;', 'count = 1;'],
    'a line waits before it is sent': [SEND, `setTimeout(() => {\n      ${SEND}\n    }, (count * 7) % 20);`],
    'lines are not remembered': ["    if (change.type === 'line') log.push(text);\n", ''],
    'the newest line comes first': ['log.push(text)', 'log.unshift(text)'],
    'the canvas is sent one line at a time': [
      `socket.send(${SNAPSHOT});`,
      'socket.send(`{"type":"canvas","seq":${count},"lines":[]}`);\n  for (const line of log) socket.send(line);',
    ],
    'the snapshot is late': [`socket.send(${SNAPSHOT});`, `setTimeout(() => socket.send(${SNAPSHOT}), 300);`],
    'the snapshot is old': [
      `socket.send(${SNAPSHOT});`,
      `const snapshot = ${SNAPSHOT};\n  setTimeout(() => socket.send(snapshot), 300);`,
    ],
    'a clear keeps the lines': [CLEAR, ''],
    'a clear starts the seq again': [
      CLEAR,
      "if (change.type === 'clear') {\n      log = [];\n      count = 1;\n    }",
    ],
    'a clear reaches its sender alone': [
      SEND,
      `if (change.type === 'clear') socket.send(text);\n    else ${SEND}`,
    ],
    'a bad message counts': ['const error = {', 'count += 1;\n      const error = {'],
    'the error goes to everyone': [
      ERROR,
      'for (const peer of wss.clients) peer.send(JSON.stringify(error));',
    ],
    'bad input is ignored': [ERROR, ''],
    'the error listener is gone': ['  socket.onerror = () => {};\n', ''],
    'whatever came is passed on': [
      '{ ...change, seq: count }',
      '{ ...JSON.parse(String(data)), ...change, seq: count }',
    ],
    'history without a bound': [BOUND, ''],
    'the newest line is thrown away': [BOUND, 'if (log.length > 10_000) log.pop();'],
    'one line too few': [BOUND, 'if (log.length >= 10_000) log.splice(0, log.length - 9_999);'],
    'a full canvas starts again from nothing': [BOUND, 'if (log.length > 10_000) log = [];'],
  },
  'class.ts': {
    'binary is read as text': ["isBinary ? 'not-text' : parse(String(data))", 'parse(String(data))'],
  },
  'list-client.ts': {
    'the page sends nothing': ["    if (!say({ type: 'line', ...line })) return;\n", ''],
    'the page sends places in pixels': [
      "say({ type: 'line', ...line })",
      "say({ type: 'line', ...line, from: [line.from[0] * 600, line.from[1] * 400] })",
    ],
    'the snapshot is ignored': ["    if (message?.type === 'canvas') known = message.lines;\n", ''],
    'the canvas is painted backwards': ['known = message.lines;', 'known = [...message.lines].reverse();'],
    'a clear from the server does nothing': ["    if (message?.type === 'clear') known = [];\n", ''],
    'the button clears this page alone': [
      "onclick = () => say({ type: 'clear' })",
      'onclick = () => drawing.paintAll([])',
    ],
    'the page waits for its own line': ['    hoped.push(line);\n', ''],
    'a tap is not sent': [
      "    if (!say({ type: 'line', ...line })) return;",
      "    if (line.from.join() === line.to.join()) return;\n    if (!say({ type: 'line', ...line })) return;",
    ],
    'the width is always the same': [
      "say({ type: 'line', ...line })",
      "say({ type: 'line', ...line, width: 6 })",
    ],
    'the new canvas is added to the old one': [
      'known = message.lines;',
      'known = [...known, ...message.lines];',
    ],
    'only the last 100 lines are painted': ['known = message.lines;', 'known = message.lines.slice(-100);'],
  },
};
