import type { Mistake } from '#shared/course/mistake.ts';

const WHATEVER_ELSE = 'and whatever else people do';
const NEWCOMER = 'a newcomer gets the canvas: no lines, and seq 0';
const EVERYONE = 'a line goes to everyone, its sender too';
const ORDER = 'each change has the next seq, in one order for everyone';
const LATE = 'a newcomer gets all lines so far, in their order';
const MIDDLE = 'who comes in the middle of a stroke misses nothing, and gets nothing twice';
const CLEAR = 'a clear empties the canvas: for everyone, and for newcomers';
const BAD = 'bad input gets an error, to its sender alone, and changes nothing';
const FIELDS = 'only what belongs to a line is kept and passed on';
const BOUND = 'the canvas keeps the last 10,000 lines';
const DRAW = 'what you draw with the mouse is sent as lines, along the way of the mouse';
const PAINT = 'a line that somebody else drew is painted';
const LATE_PAGE = 'a page that comes late shows all lines, in their order';
const CLEAR_PAGE = 'a clear empties the page, and the button sends one';
const PIXEL = 'two who draw at the same time have the same picture, to the pixel';

const OWN_AT_ONCE = 'your own line shows at once, before the server has sent it back';
const LIKE_THE_LESSON = 'the page does the same as the one of lesson 06, whatever people do';

const CANVAS_WAITS =
  'The canvas is sent after a wait. Lines that are drawn meanwhile reach the newcomer before it, or are missing in it. Send it at once.';

const LAST_LINES =
  'The canvas keeps the last 10,000 lines. Yours keeps more, or it loses too many: when there is one too many, take out the oldest alone.';
const OWN_LINES =
  'What you draw is provisional. When your line comes back from the server, take the provisional one away and paint this one: all pages then paint in the same order.';

export const mistakes: Mistake[] = [
  {
    name: 'the newcomer gets nothing',
    test: NEWCOMER,
    sentence: 'A newcomer hears nothing. Send the canvas as soon as somebody connects, an empty one, too.',
    find: "  send(socket, { type: 'canvas', lines, seq });\n",
    replace: '',
  },
  {
    name: 'seq starts at 1',
    test: NEWCOMER,
    sentence: 'The seq of the empty canvas is 1. Nothing has changed yet, so it is 0.',
    find: 'let seq = 0;',
    replace: 'let seq = 1;',
  },
  {
    name: 'the sender is left out',
    test: EVERYONE,
    sentence:
      'The sender does not get its own line. It must: only the server knows where in the order it is.',
    find: '      broadcast({ type, seq, ...line });',
    replace: `      const text = JSON.stringify({ type, seq, ...line });
      for (const client of wss.clients) if (client !== socket) client.send(text);`,
  },
  {
    name: 'the line goes back to its sender alone',
    test: EVERYONE,
    sentence: 'Only the sender gets the line. Send it to all clients.',
    find: '      broadcast({ type, seq, ...line });',
    replace: '      send(socket, { type, seq, ...line });',
  },
  {
    name: 'each connection has a seq of its own',
    test: EVERYONE,
    sentence:
      'Each connection counts for itself. One counter, outside the handler, gives all changes one order.',
    find: "  socket.on('message', (data, isBinary) => {",
    replace: "  let seq = 0;\n  socket.on('message', (data, isBinary) => {",
  },
  {
    name: 'seq counts only once',
    test: EVERYONE,
    sentence: 'The seq stays the same. It must grow by one with each change.',
    find: 'seq += 1;',
    replace: 'seq = 1;',
  },
  {
    name: 'a line waits before it is sent',
    test: ORDER,
    sentence: 'Lines overtake each other: something waits between the count and the broadcast.',
    find: '      broadcast({ type, seq, ...line });',
    replace:
      '      const number = seq;\n      setTimeout(() => broadcast({ type, seq: number, ...line }), (number * 7) % 20);',
  },
  {
    name: 'lines are not remembered',
    test: LATE,
    sentence: 'The lines are passed on, but not kept: a newcomer finds an empty canvas.',
    find: '      lines.push(line);\n',
    replace: '',
  },
  {
    name: 'the newest line comes first',
    test: LATE,
    sentence:
      'The lines of the canvas are in the wrong order. The oldest must come first: later lines lie on top.',
    find: 'lines.push(line);',
    replace: 'lines.unshift(line);',
  },
  {
    name: 'the canvas is sent one line at a time',
    test: LATE,
    sentence:
      'The newcomer gets an empty canvas and then old lines one by one. Send them all in the canvas message.',
    find: "  send(socket, { type: 'canvas', lines, seq });",
    replace: `  send(socket, { type: 'canvas', lines: [], seq });
  for (const line of lines) send(socket, { type: 'line', seq, ...line });`,
  },
  {
    name: 'the snapshot is late',
    test: MIDDLE,
    sentence: CANVAS_WAITS,
    find: "  send(socket, { type: 'canvas', lines, seq });",
    replace: "  setTimeout(() => send(socket, { type: 'canvas', lines, seq }), 300);",
  },
  {
    name: 'the snapshot is old',
    test: MIDDLE,
    sentence: CANVAS_WAITS,
    find: "  send(socket, { type: 'canvas', lines, seq });",
    replace: `  const copy = [...lines];
  const number = seq;
  setTimeout(() => send(socket, { type: 'canvas', lines: copy, seq: number }), 300);`,
  },
  {
    name: 'a clear keeps the lines',
    test: CLEAR,
    sentence: 'The clear was sent to everyone, but the server still has the lines: a newcomer gets them.',
    find: '      lines.length = 0;\n',
    replace: '',
  },
  {
    name: 'a clear starts the seq again',
    test: CLEAR,
    sentence: 'The seq starts again after a clear. It counts all changes, and a clear is one of them.',
    find: '      lines.length = 0;\n',
    replace: '      lines.length = 0;\n      seq = 1;\n',
  },
  {
    name: 'a clear reaches its sender alone',
    test: CLEAR,
    sentence: 'Only the sender got the clear. Send it to all clients.',
    find: "broadcast({ type: 'clear', seq });",
    replace: "send(socket, { type: 'clear', seq });",
  },
  {
    name: 'a bad message counts',
    test: BAD,
    sentence: 'A message that was refused has used up a seq. Count only when something changes.',
    find: "    const received = isBinary ? 'not-text' : parse(data.toString());",
    replace:
      "    const received = isBinary ? 'not-text' : parse(data.toString());\n    if (typeof received === 'string') seq += 1;",
  },
  {
    name: 'binary is read as text',
    test: BAD,
    sentence: 'A binary message was read as if it were text. Look at isBinary first.',
    find: "isBinary ? 'not-text' : parse(data.toString())",
    replace: 'parse(data.toString())',
  },
  {
    name: 'the error goes to everyone',
    test: BAD,
    sentence: 'Everyone got the error. It is for the one who sent the message.',
    find: "      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });",
    replace: "      broadcast({ type: 'error', code: received, message: ERROR_TEXTS[received], at });",
  },
  {
    name: 'bad input is ignored',
    test: BAD,
    sentence:
      'Bad input gets no answer. Send an error, so that whoever wrote the client knows what is wrong.',
    find: "      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });\n",
    replace: '',
  },
  {
    name: 'the error listener is gone',
    test: BAD,
    sentence: 'One broken frame ended the server for everybody: the socket needs a listener for "error".',
    find: "  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));\n",
    replace: '',
  },
  {
    name: 'whatever came is passed on',
    test: FIELDS,
    sentence: 'A field that nobody knows was passed on. Keep and send only from, to, color and width.',
    find: '      const { type, ...line } = received;',
    replace: '      const { type, ...line } = { ...JSON.parse(data.toString()), ...received };',
  },
  {
    name: 'history without a bound',
    test: BOUND,
    sentence: LAST_LINES,
    find: '      if (lines.length > MAX_LINES) lines.shift();\n',
    replace: '',
  },
  {
    name: 'the newest line is thrown away',
    test: BOUND,
    sentence: 'When the canvas is full, the newest line goes. The oldest should go: shift, not pop.',
    find: 'lines.shift();',
    replace: 'lines.pop();',
  },
  {
    name: 'one line too few',
    test: BOUND,
    sentence: 'The canvas keeps 9,999 lines. Drop the oldest only when there are more than 10,000.',
    find: 'lines.length > MAX_LINES',
    replace: 'lines.length >= MAX_LINES',
  },
  {
    name: 'a full canvas starts again from nothing',
    test: BOUND,
    sentence: LAST_LINES,
    find: 'lines.shift();',
    replace: 'lines.length = 0;',
  },
  {
    name: 'the canvas is sent in the next turn',
    test: MIDDLE,
    sentence: CANVAS_WAITS,
    find: "  send(socket, { type: 'canvas', lines, seq });",
    replace: "  setImmediate(() => send(socket, { type: 'canvas', lines, seq }));",
  },
  {
    name: 'a dot is not kept',
    test: WHATEVER_ELSE,
    sentence:
      'A dot is missing for whoever comes later. A line from a place to the same place is a line, too.',
    find: 'lines.push(line);',
    replace: 'if (String(line.from) !== String(line.to)) lines.push(line);',
  },
  {
    name: 'the page sends nothing',
    file: 'client.ts',
    test: DRAW,
    sentence: 'What is drawn stays in this page. Send each line to the server.',
    find: "  if (!send({ type: 'line', ...line })) return;\n",
    replace: '',
  },
  {
    name: 'the page sends places in pixels',
    file: 'client.ts',
    test: DRAW,
    sentence: 'The page sends pixels. A place is a fraction of the canvas: the line has it already.',
    find: "send({ type: 'line', ...line })",
    replace: "send({ type: 'line', ...line, from: [line.from[0] * 600, line.from[1] * 400] })",
  },
  {
    name: 'lines from others are not painted',
    file: 'client.ts',
    test: PAINT,
    sentence: 'The line of somebody else does not show. Paint each line that the server sends.',
    find: '    drawing.paint(message);\n',
    replace: '    if (isMine(message)) drawing.paint(message);\n',
  },
  {
    name: 'a new line wipes out the others',
    file: 'client.ts',
    test: LATE_PAGE,
    sentence: 'Only a part of the canvas shows. paintAll takes the place of all that was painted before.',
    find: 'drawing.paintAll(message.lines);',
    replace: 'for (const line of message.lines) drawing.paintAll([line]);',
  },
  {
    name: 'the canvas is painted backwards',
    file: 'client.ts',
    test: LATE_PAGE,
    sentence: 'The lines were painted in the wrong order. Paint them as they come: the oldest first.',
    find: 'drawing.paintAll(message.lines);',
    replace: 'drawing.paintAll([...message.lines].reverse());',
  },
  {
    name: 'the snapshot is ignored',
    file: 'client.ts',
    test: LATE_PAGE,
    sentence: 'The page ignores the canvas message. It has the lines that were drawn before this page came.',
    find: '    drawing.paintAll(message.lines);\n',
    replace: '',
  },
  {
    name: 'a clear from the server does nothing',
    file: 'client.ts',
    test: CLEAR_PAGE,
    sentence: 'The server said clear, and the page still shows the lines.',
    find: 'drawing.paintAll([]);',
    replace: '',
  },
  {
    name: 'the button clears this page alone',
    file: 'client.ts',
    test: CLEAR_PAGE,
    sentence: 'The button empties this page, and nobody else hears of it. Send a clear to the server.',
    find: "() => send({ type: 'clear' })",
    replace: '() => drawing.paintAll([])',
  },
  {
    name: 'own lines are painted twice',
    file: 'client.ts',
    test: PIXEL,
    sentence: OWN_LINES,
    find: '  mine.push(line);\n  drawing.showProvisional(mine);',
    replace: '  drawing.paint(line);',
  },
  {
    name: 'own lines are not painted again when they come back',
    file: 'client.ts',
    test: PIXEL,
    sentence: OWN_LINES,
    find: '    drawing.paint(message);\n    if (isMine(message)) mine.shift();',
    replace: '    if (isMine(message)) mine.shift();\n    else drawing.paint(message);',
  },
  {
    name: 'provisional lines stay for ever',
    file: 'client.ts',
    test: PIXEL,
    sentence: OWN_LINES,
    find: '    if (isMine(message)) mine.shift();\n',
    replace: '',
  },
  {
    name: 'the page waits for its own line',
    file: 'client.ts',
    test: OWN_AT_ONCE,
    sentence:
      'Your own line shows only when it comes back. On a slow network the pen then lags: show it at once, as provisional.',
    find: '  mine.push(line);\n  drawing.showProvisional(mine);',
    replace: '',
  },
  {
    name: "the next line that comes takes one's own away",
    file: 'client.ts',
    test: OWN_AT_ONCE,
    sentence:
      'Your own line goes away when somebody else draws. Take it out of the list only when the line that comes is equal to it.',
    find: '    if (isMine(message)) mine.shift();',
    replace: '    mine.shift();',
  },
  {
    name: "a clear takes one's own line away",
    file: 'client.ts',
    test: OWN_AT_ONCE,
    sentence:
      'A clear wipes out the line that you draw, and later it is back. The server has not seen it yet, so it comes after the clear: leave it in view.',
    find: 'drawing.paintAll([]);',
    replace: 'mine = [];\n    drawing.paintAll([]);',
  },
  {
    name: 'a tap is not sent',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence: 'A tap draws nothing. It is a line that ends where it begins: send it like any other.',
    find: "  if (!send({ type: 'line', ...line })) return;",
    replace: `  if (line.from.join() === line.to.join()) return;
  if (!send({ type: 'line', ...line })) return;`,
  },
  {
    name: 'every other piece is sent',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'The line has gaps: some of its pieces are not sent. Send each, and leave none out to save messages.',
    find: 'function drawMine(line: Line): void {',
    replace: `let pieces = 0;

function drawMine(line: Line): void {
  pieces += 1;
  if (pieces % 2 === 0) return;`,
  },
  {
    name: 'the width is always the same',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence: 'All lines are sent with the same width. Send the width that the line has: the pen gave it.',
    find: "send({ type: 'line', ...line })",
    replace: "send({ type: 'line', ...line, width: 6 })",
  },
  {
    name: 'the button sends two clears after a new connection',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'After "Connect again" the button sends two clears: it has a listener more for each connection. Add the listener once, outside connect.',
    find: '  socket = connect();\n',
    replace: `  socket = connect();
  find('#clear', HTMLButtonElement).addEventListener('click', () => send({ type: 'clear' }));
`,
  },
  {
    name: 'the new canvas is added to the old one',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'After "Connect again" the old lines are there still. The canvas message takes the place of all that was painted: use paintAll.',
    find: '    drawing.paintAll(message.lines);\n',
    replace: '    for (const line of message.lines) drawing.paint(line);\n',
  },
  {
    name: 'all lines are sent again on a new connection',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'After "Connect again" the page sends lines that the server has already: everybody then has them twice. Only what did not arrive may be sent again.',
    find: '  mine.push(line);\n',
    replace: `  mine.push(line);
  const sendAgain = () => socket.addEventListener('open', () => send({ type: 'line', ...line }));
  find('#connect', HTMLButtonElement).addEventListener('click', sendAgain);
`,
  },
  {
    name: 'what was lost stays provisional',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'A line that was lost with the connection stays on your canvas, and nobody else has it. When the new canvas comes, empty your list, or send the lines once more.',
    find: '    mine = [];\n',
    replace: '',
  },
  {
    name: 'lines are kept until there is a connection',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'What is drawn without a connection is sent later. Nobody can draw then: where send gives false, forget the line.',
    find: '  if (socket.readyState !== WebSocket.OPEN) return false;\n',
    replace: `  if (socket.readyState !== WebSocket.OPEN) {
    const sendLater = () => socket.addEventListener('open', () => send(message));
    find('#connect', HTMLButtonElement).addEventListener('click', sendLater, { once: true });
    return false;
  }
`,
  },
  {
    name: 'lines show without a connection',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'What is drawn without a connection shows on your canvas, and never anywhere else. Show a line only where send gives true.',
    find: "  if (!send({ type: 'line', ...line })) return;\n",
    replace: "  send({ type: 'line', ...line });\n",
  },
  {
    name: 'only the last 100 lines are painted',
    file: 'client.ts',
    test: LIKE_THE_LESSON,
    sentence:
      'Only a part of a long canvas is painted. Paint all lines of the canvas message: it may have 10,000.',
    find: 'drawing.paintAll(message.lines);',
    replace: 'drawing.paintAll(message.lines.slice(-100));',
  },
];
