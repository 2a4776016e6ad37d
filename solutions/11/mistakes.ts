import type { Mistake } from '#shared/course/mistake.ts';

const gathered = 'who comes and goes within 50 ms is told in one message';
const undone = 'who was not away, or never here, is not told';
const newest = 'of a point only the newest is told, once in 50 ms';
const all = 'who joins is told all points, and who leaves has none';
const slow = 'who reads slowly gets every text, in its order';
const old = 'who reads slowly gets no old points, and later the newest';
const ended = 'for whom more than 1 MiB waits the connection ends, and the others talk on';

const JOINED = '  if (!left.delete(username)) joined.add(username);\n';
const LEFT = '  if (!joined.delete(username)) left.add(username);\n';
const NO_END =
  'Whoever reads nothing fills your memory: above 1 MiB the connection must end, at once. It does not end when you only send nothing more, and close() waits behind all that is not read. Use terminate().';
const NEVER_TOLD =
  'Who was slow is not told later where all point now. Remember who has missed something, and go on ticking until they have it.';
const CUT = '  if (socket.bufferedAmount > MOST_WAITING) socket.terminate();\n  else socket.send(text);';
const POINT = '  points.set(username, at);\n  moved.add(username);\n  begin();\n';
const IS_BUSY = 'if (socket.bufferedAmount > BUSY) {';

export const mistakes: Mistake[] = [
  {
    name: 'presence at once',
    test: gathered,
    sentence: 'Your server tells at once who comes and goes. Gather it, and tell it in the next tick.',
    find: '  if (timer === undefined) timer = setTimeout(tick, TICK);',
    replace: '  tick();',
  },
  {
    name: 'nobody is told who left',
    test: gathered,
    sentence: 'Your server does not tell who has left.',
    find: LEFT,
    replace: '',
  },
  {
    name: 'the old name stays',
    test: gathered,
    sentence: 'Who has a new name is told as somebody who joined. The old name has left.',
    find: '    if (before !== undefined) noteLeft(before);\n',
    replace: '',
  },
  {
    name: 'told again in each tick',
    test: gathered,
    sentence: 'What was told once is told again. Empty your lists when they are told.',
    find: '  joined.clear();\n  left.clear();\n',
    replace: '',
  },
  {
    name: 'a wait that starts anew each time',
    test: gathered,
    sentence:
      'Each change starts your wait anew. Where something changes all the time, nothing is ever told: start the timer only where none runs.',
    find: '  if (timer === undefined) timer = setTimeout(tick, TICK);',
    replace: '  clearTimeout(timer);\n  timer = setTimeout(tick, TICK);',
  },
  {
    name: 'who comes back was away',
    test: undone,
    sentence: 'Who goes and comes back within one tick was not away. What was undone is no news.',
    find: JOINED,
    replace: '  joined.add(username);\n',
  },
  {
    name: 'who comes and goes was here',
    test: undone,
    sentence: 'Who comes and goes within one tick was never here, for all others.',
    find: LEFT,
    replace: '  joined.delete(username);\n  left.add(username);\n',
  },
  {
    name: 'names in small letters',
    test: undone,
    sentence:
      'bob and BOB are one name when you compare them. But the others must hear how it is written now.',
    find: '  if (before !== username) {',
    replace: '  if (before?.toLowerCase() !== username.toLowerCase()) {',
  },
  {
    name: 'points at once',
    test: newest,
    sentence:
      'Each point is sent at once, to everybody. Keep the newest of each, and tell them in the next tick.',
    find: POINT,
    replace: "  broadcast({ type: 'points', points: [[username, ...at]] });\n",
  },
  {
    name: 'the first point wins',
    test: newest,
    sentence: 'Who points more than once within a tick has the first point told. The newest counts.',
    find: '  points.set(username, at);\n',
    replace: '  if (!moved.has(username)) points.set(username, at);\n',
  },
  {
    name: 'all points in each tick',
    test: newest,
    sentence: 'Each tick tells all points. Tell those that have moved: the others are known already.',
    find: 'behind.delete(socket) ? all : some',
    replace: '(behind.delete(socket), some.length > 0) ? all : some',
  },
  {
    name: 'points for whoever is connected',
    test: newest,
    sentence: 'Who has not joined has no place here, and hears nothing of points.',
    find: '  for (const socket of usernames.keys()) {\n    if (socket.bufferedAmount',
    replace: '  for (const socket of wss.clients) {\n    if (socket.bufferedAmount',
  },
  {
    name: 'who is new knows no points',
    test: all,
    sentence: 'Who joins is not told where the others point. They have to wait until somebody moves.',
    find: '  behind.add(socket);\n  begin();\n',
    replace: '',
  },
  {
    name: 'points of those who have left',
    test: all,
    sentence: 'Who leaves, or takes another name, points nowhere any more. You still tell that point.',
    find: '  points.delete(username);\n  moved.delete(username);\n',
    replace: '',
  },
  {
    name: 'all points to all when somebody joins',
    test: all,
    sentence: 'When somebody joins, everybody is told all points again. Only who is new needs them.',
    find: '  behind.add(socket);\n  begin();\n',
    replace: '  for (const one of usernames.keys()) behind.add(one);\n  begin();\n',
  },
  {
    name: 'ended above 64 KiB',
    test: slow,
    sentence:
      'Who has some hundred KiB waiting reads slowly, and is no danger. You end the connection too soon.',
    find: CUT,
    replace: '  if (socket.bufferedAmount > BUSY) socket.terminate();\n  else socket.send(text);',
  },
  {
    name: 'texts are dropped',
    test: slow,
    sentence:
      'For whom reads slowly some texts never come, though the connection stays. A text is no state: each one counts.',
    find: CUT,
    replace: '  if (socket.bufferedAmount <= BUSY) socket.send(text);',
  },
  {
    name: 'old points wait, too',
    test: old,
    sentence: 'Points wait for somebody who does not read. They are old when they are read: leave them out.',
    find: IS_BUSY,
    replace: 'if (socket.bufferedAmount > MOST_WAITING) {',
  },
  {
    name: 'points that are left out never come',
    test: old,
    sentence: NEVER_TOLD,
    find: '      if (some.length > 0) behind.add(socket);\n',
    replace: '',
  },
  {
    name: 'no tick for who was slow',
    test: old,
    sentence: NEVER_TOLD,
    find: '  if (behind.size > 0) begin();\n',
    replace: '',
  },
  {
    name: 'all points, though nothing was missed',
    test: old,
    sentence: 'Who was slow for a moment is told all points again, though nothing was left out meanwhile.',
    find: '      if (some.length > 0) behind.add(socket);\n',
    replace: '      behind.add(socket);\n',
  },
  {
    name: 'nobody is ended',
    test: ended,
    sentence: NO_END,
    find: CUT,
    replace: '  socket.send(text);',
  },
  {
    name: 'closed politely',
    test: ended,
    sentence: NO_END,
    find: CUT,
    replace: '  if (socket.bufferedAmount > MOST_WAITING) socket.close(1008);\n  else socket.send(text);',
  },
  {
    name: 'texts are dropped above 1 MiB',
    test: ended,
    sentence: NO_END,
    find: CUT,
    replace: '  if (socket.bufferedAmount <= MOST_WAITING) socket.send(text);',
  },
  {
    name: 'only the broadcast looks',
    test: ended,
    sentence: 'Answers to one client wait, too. Look before each message, not only before those for all.',
    find: 'function send(socket: WebSocket, message: ServerMessage): undefined {\n  sendText(socket, JSON.stringify(message));',
    replace:
      'function send(socket: WebSocket, message: ServerMessage): undefined {\n  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));',
  },
  {
    name: 'the room is sent away',
    test: ended,
    sentence: 'One reads nothing, and you end others, too. Look at the socket to which you send.',
    find: CUT,
    replace:
      '  if (socket.bufferedAmount > MOST_WAITING) for (const one of usernames.keys()) one.terminate();\n  else socket.send(text);',
  },
];
