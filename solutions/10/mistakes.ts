import type { Mistake } from '#shared/course/mistake.ts';

const size = 'a message of 16 KiB is read, and a larger one ends the connection with 1009';
const burst = '150 tokens are there at once, and what finds too few is too fast';
const refill = 'ten tokens come back each second, and never more than 150 are there';
const errors = '20 errors are answered, one more each second, and the next one closes with 1008';
const own = 'each connection has buckets of its own';
const goodbye = 'after the goodbye nothing is handled, and who does not answer it is ended';
const most = '250 connections of one address, and one more is closed with 1013';
const room = 'who leaves makes room, and who was turned away takes none';

const SERVER = 'new WebSocketServer({ server, maxPayload: 16 * 1024 })';
const COSTS = 'const COSTS = { chat: 1, ping: 1, join: 5, since: 5 };';
const MAY_ASK = 'const mayAsk = createBucket(150, 10);';
const MAY_ERR = 'const mayErr = createBucket(20, 1);';
const IS_OPEN = '    if (socket.readyState !== WebSocket.OPEN) return; // We have said goodbye.\n';
const HANDLE = 'else if (mayAsk(COSTS[received.type])) err(handle(socket, received));';
const TOO_FAST = "    else err('too-fast');\n";
const PING = `  socket.on('ping', () => {
    if (socket.readyState === WebSocket.OPEN && !mayAsk(COSTS.ping)) err('too-fast');
  });
`;
const ERR =
  "    if (mayErr(1)) send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });\n    else dismiss(socket, 1008, 'Too many errors.');\n";
const BAD = "if (typeof received === 'string') err(received);";
const FILL = 'tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);\n    at = time;\n';
const PAY = '    if (tokens < cost) return false;\n    tokens -= cost;\n    return true;\n';
const ENTER = `  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  const address = request.socket.remoteAddress ?? '';
  const count = counts.get(address) ?? 0;
  if (count >= MOST) {
    dismiss(socket, 1013, 'Too many from your address.');
    return;
  }`;
const TIMER = '  const timer = setTimeout(() => socket.terminate(), PATIENCE);\n';
const TURN_AWAY = "dismiss(socket, 1013, 'Too many from your address.');";
const LEFT = `    const left = (counts.get(address) ?? 0) - 1;
    if (left > 0) counts.set(address, left);
    else counts.delete(address);
`;

export const mistakes: Mistake[] = [
  {
    name: 'the old limit of bytes',
    test: size,
    sentence:
      'A message of more than 16 KiB is read. Set maxPayload: it is in bytes, and 16 KiB are 16 * 1024.',
    find: SERVER,
    replace: 'new WebSocketServer({ server, maxPayload: 64 * 1024 })',
  },
  {
    name: '16,000 bytes',
    test: size,
    sentence: 'A message of 16,384 bytes is too large for your server. A KiB has 1,024 bytes.',
    find: SERVER,
    replace: 'new WebSocketServer({ server, maxPayload: 16_000 })',
  },
  {
    name: 'only the largest right text fits',
    test: size,
    sentence:
      'Your limit is too small for a right message: 2,000 characters may take 12 KiB, written as \\u0000. The limit is 16 KiB.',
    find: SERVER,
    replace: 'new WebSocketServer({ server, maxPayload: 2_100 })',
  },
  {
    name: 'the size is looked at by hand',
    test: size,
    sentence:
      'You look at the size when the message is there already. Until then all of it is in your memory: let maxPayload do it.',
    find: SERVER,
    replace: `new WebSocketServer({ server });
wss.on('connection', (socket) => {
  socket.prependListener('message', (data) => {
    if (Buffer.byteLength(String(data)) > 16 * 1024) socket.close(1009);
  });
})`,
  },
  {
    name: 'characters are counted',
    test: size,
    sentence:
      'You count characters. The limit is in bytes, and a character may take more than one: let maxPayload do it.',
    find: SERVER,
    replace: `new WebSocketServer({ server });
wss.on('connection', (socket) => {
  socket.prependListener('message', (data) => {
    if (String(data).length > 16 * 1024) socket.close(1009);
  });
})`,
  },
  {
    name: 'everything costs one token',
    test: burst,
    sentence:
      'To join costs one token. It costs five, and so does "since": all others hear of one, and the other has a long answer.',
    find: COSTS,
    replace: 'const COSTS = { chat: 1, ping: 1, join: 1, since: 1 };',
  },
  {
    name: 'since costs one token',
    test: burst,
    sentence: '"since" costs one token. It costs five: its answer may have a hundred messages.',
    find: COSTS,
    replace: 'const COSTS = { chat: 1, ping: 1, join: 5, since: 1 };',
  },
  {
    name: 'a ping costs nothing',
    test: burst,
    sentence: 'The message "ping" costs nothing. It costs one token, like a text.',
    find: COSTS,
    replace: 'const COSTS = { chat: 1, ping: 0, join: 5, since: 5 };',
  },
  {
    name: 'ping frames cost nothing',
    test: burst,
    sentence:
      "A ping frame costs nothing, and the library answers each of them. Listen to 'ping', and take a token.",
    find: PING,
    replace: '',
  },
  {
    name: 'the bucket is empty at first',
    test: size,
    sentence: 'The bucket is empty at first. It is full: a page that was away sends a hundred texts at once.',
    find: 'let tokens = size;',
    replace: 'let tokens = 0;',
  },
  {
    name: 'what is too fast is handled all the same',
    test: burst,
    sentence: 'What is too fast gets the error, and is handled all the same. Do one of the two.',
    find: HANDLE,
    replace:
      "else if (!mayAsk(COSTS[received.type])) {\n      err('too-fast');\n      handle(socket, received);\n    } else if (mayAsk(0)) err(handle(socket, received));",
  },
  {
    name: 'what is too fast is dropped without a word',
    test: burst,
    sentence:
      'What is too fast gets no answer. Its sender must learn of it: else they wait, or believe that it was said.',
    find: TOO_FAST,
    replace: '',
  },
  {
    name: 'what is too fast is kept',
    test: burst,
    sentence:
      'What was too fast is known when it is sent again, and nobody has heard it. Take the tokens before you do anything with a message.',
    find: TOO_FAST,
    replace:
      "    else {\n      if (received.type === 'chat') history.add(received.id, { username: '', message: '', at: now() });\n      err('too-fast');\n    }\n",
  },
  {
    name: 'what is too fast takes tokens',
    test: burst,
    sentence:
      'What is too fast takes tokens all the same. It takes none: else who asks for too much gets nothing any more.',
    find: PAY,
    replace:
      '    const isEnough = tokens >= cost;\n    tokens = Math.max(0, tokens - cost);\n    return isEnough;\n',
  },
  {
    name: 'what is too fast ends the connection',
    test: burst,
    sentence:
      'The first message that is too fast ends the connection. It gets the error "too-fast"; only many errors end it.',
    find: TOO_FAST,
    replace: "    else dismiss(socket, 1008, 'Too fast.');\n",
  },
  {
    name: 'errors take tokens',
    test: burst,
    sentence:
      'What `parse` refuses takes a token. It takes none from this bucket: errors have one of their own.',
    find: BAD,
    replace: "if (typeof received === 'string') err(mayAsk(1) ? received : 'too-fast');",
  },
  {
    name: 'what is refused costs nothing',
    test: burst,
    sentence:
      'What gets "not-joined" costs no token. Take the tokens before you handle a message, whatever becomes of it.',
    find: HANDLE,
    replace: `else if (mayAsk(0) && (received.type === 'ping' || received.type === 'join' || usernames.has(socket) ? mayAsk(COSTS[received.type]) : true)) err(handle(socket, received));`,
  },
  {
    name: 'a name that is taken costs nothing',
    test: burst,
    sentence:
      'To ask for a name that somebody has costs no token. Take the tokens before you handle a message, whatever becomes of it.',
    find: HANDLE,
    replace: `else if (received.type === 'join' && isTaken(received.username, socket)) err('username-taken');\n    ${HANDLE}`,
  },
  {
    name: 'a question before the name costs nothing',
    test: burst,
    sentence:
      '"since" costs nothing where one has not joined. Take the tokens before you handle a message, whatever becomes of it.',
    find: HANDLE,
    replace: `else if (received.type === 'since' && !usernames.has(socket)) err('not-joined');\n    ${HANDLE}`,
  },
  {
    name: 'what is known costs nothing',
    test: burst,
    sentence:
      'A text that is known already costs nothing. Its sender gets an ack each time, so it costs one token each time.',
    find: HANDLE,
    replace: `else if (received.type === 'chat' && usernames.has(socket) && Reflect.has(usernames, received.id)) err(handle(socket, received));
    else if (mayAsk(COSTS[received.type])) {
      if (received.type === 'chat' && usernames.has(socket)) Reflect.set(usernames, received.id, true);
      err(handle(socket, received));
    }`,
  },
  {
    name: 'a binary message costs a token',
    test: burst,
    sentence: 'A binary message takes a token. It takes none from this bucket: errors have one of their own.',
    find: BAD,
    replace: `if (isBinary) mayAsk(1);\n    ${BAD}`,
  },
  {
    name: 'no token comes back',
    test: refill,
    sentence:
      'No token ever comes back. Ten do each second: count how much time has passed since the last message.',
    find: FILL,
    replace: 'at = time;\n',
  },
  {
    name: 'more than the bucket holds',
    test: refill,
    sentence: 'Who was quiet has more than 150 tokens. A bucket that is full stays as it is: use Math.min.',
    find: FILL,
    replace: 'tokens += ((time - at) / 1000) * perSecond;\n    at = time;\n',
  },
  {
    name: 'parts of a token are lost',
    test: refill,
    sentence:
      'Parts of a token are lost: who asks often gets nothing any more. Keep fractions, or move `at` on only by what you have added.',
    find: FILL,
    replace:
      'tokens = Math.min(size, tokens + Math.floor(((time - at) / 1000) * perSecond));\n    at = time;\n',
  },
  {
    name: 'time is counted twice',
    test: refill,
    sentence:
      'Who asks in vain gets tokens for the same time again. Move `at` on each time that you add tokens.',
    find: `${FILL}${PAY}`,
    replace: `tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);\n${PAY.replace('    tokens -= cost;\n', '    tokens -= cost;\n    at = time;\n')}`,
  },
  {
    name: 'milliseconds are taken for seconds',
    test: refill,
    sentence: 'The tokens come back too fast. performance.now() is in ms: divide by 1,000.',
    find: '((time - at) / 1000) * perSecond',
    replace: '(time - at) * perSecond',
  },
  {
    name: 'one token comes back each second',
    test: refill,
    sentence: 'Too few tokens come back: one each second. Ten come.',
    find: MAY_ASK,
    replace: 'const mayAsk = createBucket(150, 1);',
  },
  {
    name: 'ten tokens come at once, each second',
    test: refill,
    sentence:
      'The tokens come ten at once, each second. They come one after the other: let a timer add one each 100 ms, or count the time.',
    find: FILL,
    replace:
      'const seconds = Math.floor((time - at) / 1000);\n    tokens = Math.min(size, tokens + seconds * perSecond);\n    at += seconds * 1000;\n',
  },
  {
    name: 'the bucket is filled in one go',
    test: refill,
    sentence:
      'You count what came in each quarter of a minute. Then all tokens come back at once: a bucket fills evenly, ten tokens each second.',
    find: FILL,
    replace: 'if (time - at >= (size / perSecond) * 1000) {\n      tokens = size;\n      at = time;\n    }\n',
  },
  {
    name: 'the 20th error closes',
    test: errors,
    sentence: 'The 20th error ends the connection. Twenty are answered, and the next one ends it.',
    find: MAY_ERR,
    replace: 'const mayErr = createBucket(19, 1);',
  },
  {
    name: 'nobody is closed',
    test: errors,
    sentence:
      'Who makes more errors than that is not told any more, and stays. Close the connection, with 1008.',
    find: "    else dismiss(socket, 1008, 'Too many errors.');\n",
    replace: '',
  },
  {
    name: 'the last error is answered, too',
    test: errors,
    sentence: 'The error that ends the connection is answered, too. It gets nothing but the goodbye.',
    find: ERR,
    replace:
      "    send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });\n    if (!mayErr(1)) dismiss(socket, 1008, 'Too many errors.');\n",
  },
  {
    name: 'closed without a code',
    test: errors,
    sentence:
      'The connection is closed without a code, or with another one than 1008. The code says that the client has broken our rules.',
    find: 'socket.close(code, reason);',
    replace: 'if (code === 1008) socket.close();\n  else socket.close(code, reason);',
  },
  {
    name: 'only what parse refuses is counted',
    test: errors,
    sentence:
      'Errors like "not-joined" and "username-taken" do not count. Each error that you answer takes one from the bucket.',
    find: HANDLE,
    replace: `else if (mayAsk(COSTS[received.type])) {
      const code = handle(socket, received);
      if (code) send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    }`,
  },
  {
    name: 'too fast is no error',
    test: errors,
    sentence:
      'Who is too fast is answered again and again, and never closed. "too-fast" is an error, too, and takes one from the bucket.',
    find: TOO_FAST,
    replace:
      "    else send(socket, { type: 'error', code: 'too-fast', message: ERROR_TEXTS['too-fast'], at: now() });\n",
  },
  {
    name: 'a ping frame is never one error too many',
    test: errors,
    sentence:
      'Who sends ping frames too fast is answered again and again, and never closed. That is an error, too, and takes one from the bucket.',
    find: PING,
    replace: PING.replace(
      "err('too-fast')",
      "send(socket, { type: 'error', code: 'too-fast', message: ERROR_TEXTS['too-fast'], at: now() })",
    ),
  },
  {
    name: 'parts of an error are lost',
    test: errors,
    sentence:
      'Who errs a little less often than once a second is closed. Parts of a token count in the bucket of errors, too.',
    find: MAY_ERR,
    replace: `let [left, since] = [20, performance.now()];
  const mayErr = (cost: number) => {
    left = Math.min(20, left + Math.floor((performance.now() - since) / 1000));
    since = performance.now();
    if (left < cost) return false;
    left -= cost;
    return true;
  };`,
  },
  {
    name: 'errors are never forgiven',
    test: errors,
    sentence:
      'Errors are counted for ever. One comes back into the bucket each second: who errs now and then stays.',
    find: MAY_ERR,
    replace: 'const mayErr = createBucket(20, 0);',
  },
  {
    name: 'a right message forgives all errors',
    test: errors,
    sentence:
      'After a right message the errors begin anew. Then half of a flood may be errors: only time forgives.',
    find: `  ${MAY_ERR}\n`,
    replace: `  let mayErr = createBucket(20, 1);
  socket.on('message', (data, isBinary) => {
    if (!isBinary && typeof parse(String(data)) !== 'string') mayErr = createBucket(20, 1);
  });
`,
  },
  {
    name: 'ten errors are forgiven each second',
    test: errors,
    sentence: 'Errors are forgiven too fast: one each second is.',
    find: MAY_ERR,
    replace: 'const mayErr = createBucket(20, 10);',
  },
  {
    name: 'each kind of error has its own bucket',
    test: errors,
    sentence: 'Each code has a bucket of its own. All errors of a connection count together.',
    find: 'if (mayErr(1))',
    replace:
      'const own = Object.assign(mayErr, { [code]: Reflect.get(mayErr, code) ?? createBucket(20, 1) });\n    if (Reflect.get(own, code)(1))',
  },
  {
    name: 'all connections have one bucket of tokens',
    test: own,
    sentence:
      'All connections, or all of one address, take from one bucket. So one client can stop all others: make it in the connection.',
    find: `  ${MAY_ASK}\n`,
    replace:
      "  const mayAsk: (cost: number) => boolean = Reflect.get(wss, 'tokens') ?? createBucket(150, 10);\n  Reflect.set(wss, 'tokens', mayAsk);\n",
  },
  {
    name: 'all connections have one bucket of errors',
    test: own,
    sentence:
      'The errors of all connections are counted together. So one client ends the connections of others.',
    find: `  ${MAY_ERR}\n`,
    replace:
      "  const mayErr: (cost: number) => boolean = Reflect.get(wss, 'errors') ?? createBucket(20, 1);\n  Reflect.set(wss, 'errors', mayErr);\n",
  },
  {
    name: 'the bucket belongs to the address',
    test: own,
    sentence:
      'All connections, or all of one address, take from one bucket. So one client can stop all others: make it in the connection.',
    find: `  ${MAY_ASK}\n`,
    replace:
      '  const mayAsk: (cost: number) => boolean = Reflect.get(counts, address) ?? createBucket(150, 10);\n  Reflect.set(counts, address, mayAsk);\n',
  },
  {
    name: 'what comes after the goodbye is handled',
    test: goodbye,
    sentence:
      'After the goodbye messages are still handled. close() waits for the other end, and they may go on: look at readyState.',
    find: IS_OPEN,
    replace: '',
  },
  {
    name: 'who does not answer the goodbye stays',
    test: goodbye,
    sentence:
      'Who does not answer the goodbye is not ended within 5 seconds. ws waits 30 seconds for them: start a timer, and terminate().',
    find: TIMER,
    replace: '  const timer = undefined;\n',
  },
  {
    name: 'ten seconds for the goodbye',
    test: goodbye,
    sentence:
      'Who does not answer the goodbye is not ended within 5 seconds. ws waits 30 seconds for them: start a timer, and terminate().',
    find: 'const PATIENCE = 2_000;',
    replace: 'const PATIENCE = 10_000;',
  },
  {
    name: 'has left twice',
    test: goodbye,
    sentence:
      'Who is told to go leaves twice: at the goodbye, and when the connection has ended. The close event comes anyway.',
    find: "    else dismiss(socket, 1008, 'Too many errors.');\n",
    replace:
      "    else {\n      if (usernames.has(socket)) announce('Somebody has to go.', socket);\n      dismiss(socket, 1008, 'Too many errors.');\n    }\n",
  },
  {
    name: '251 connections',
    test: most,
    sentence: 'There may be 251 connections of one address. At most 250 may be there: compare with >=.',
    find: 'if (count >= MOST) {',
    replace: 'if (count > MOST) {',
  },
  {
    name: '249 connections',
    test: most,
    sentence: 'The 250th connection of an address is turned away already. 250 are all right.',
    find: 'if (count >= MOST) {',
    replace: 'if (count + 1 >= MOST) {',
  },
  {
    name: 'turned away with 1008',
    test: most,
    sentence:
      'Who is one too many is turned away with the wrong code. It is no fault of theirs: 1013 says "try again later".',
    find: TURN_AWAY,
    replace: TURN_AWAY.replace('1013', '1008'),
  },
  {
    name: 'turned away at the handshake',
    test: most,
    sentence:
      'Who is one too many does not get past the handshake. A page cannot see why: let them in, and close with 1013.',
    find: SERVER,
    replace:
      'new WebSocketServer({ server, maxPayload: 16 * 1024, verifyClient: () => wss.clients.size < 250 })',
  },
  {
    name: 'an error before the goodbye',
    test: most,
    sentence: 'Who is one too many gets a message before the goodbye. They get nothing but the code 1013.',
    find: TURN_AWAY,
    replace: `send(socket, { type: 'error', code: 'too-fast', message: 'Too many.', at: now() });\n    ${TURN_AWAY}`,
  },
  {
    name: 'the turned away may stay',
    test: most,
    sentence:
      'Who was turned away, and does not answer the goodbye, stays. End their connection, too, after 5 seconds at most.',
    find: TURN_AWAY,
    replace: "socket.close(1013, 'Too many from your address.');",
  },
  {
    name: 'one limit for all addresses',
    test: most,
    sentence:
      'All addresses together may have 250 connections. Each of them may: count them by request.socket.remoteAddress.',
    find: "const address = request.socket.remoteAddress ?? '';",
    replace: "const address = request.url ?? '';",
  },
  {
    name: 'a header is believed',
    test: most,
    sentence:
      'You believe a header about the address. A client writes its headers by itself: take request.socket.remoteAddress.',
    find: "const address = request.socket.remoteAddress ?? '';",
    replace: "const address = String(request.headers['x-forwarded-for'] ?? request.socket.remoteAddress);",
  },
  {
    name: 'who is turned away may break the protocol',
    test: most,
    sentence:
      'Your server ends when somebody who was turned away breaks the protocol. Listen to error before you turn anybody away.',
    find: ENTER,
    replace: `${ENTER.split('\n').slice(1).join('\n')}\n${ENTER.split('\n')[0]}`,
  },
  {
    name: 'the goodbye makes room',
    test: room,
    sentence:
      'Who is told goodbye makes room at once. Until the connection has ended it counts: else who answers no goodbye may come again and again.',
    find: "    else dismiss(socket, 1008, 'Too many errors.');\n",
    replace: `    else {
      counts.set(address, (counts.get(address) ?? 0) - 1);
      socket.prependListener('close', () => counts.set(address, (counts.get(address) ?? 0) + 1));
      dismiss(socket, 1008, 'Too many errors.');
    }
`,
  },
  {
    name: 'nobody makes room',
    test: room,
    sentence: 'Who leaves makes no room. Count down in the close event.',
    find: LEFT,
    replace: '',
  },
  {
    name: 'only who had joined makes room',
    test: room,
    sentence: 'Who leaves without a name makes no room. Count down before you look whether they had joined.',
    find: LEFT,
    replace: `    if (!usernames.has(socket)) return;\n${LEFT}`,
  },
  {
    name: 'only a goodbye makes room',
    test: room,
    sentence:
      'Who vanishes without a goodbye makes no room. The close event comes in each case: count down whatever its code is.',
    find: LEFT,
    replace: `    if (code !== 1006) {\n${LEFT}    }\n`,
  },
  {
    name: 'the turned away leave room',
    test: most,
    sentence:
      'Who was turned away is counted down when they go, and was never counted up. So more and more may come.',
    find: TURN_AWAY,
    replace: `${TURN_AWAY}\n    socket.on('close', () => counts.set(address, (counts.get(address) ?? 0) - 1));`,
  },
  {
    name: 'the turned away take places',
    test: room,
    sentence:
      'Who was turned away is counted, and so nobody gets the place of one who leaves. Count only those who may stay.',
    find: 'if (count >= MOST) {',
    replace: 'if (count >= MOST) {\n    counts.set(address, count + 1);',
  },
  {
    name: 'the turned away count until they have gone',
    test: room,
    sentence:
      'wss.clients has those that were turned away, too, until they have gone. Who does not go keeps out others: count by yourself.',
    find: 'if (count >= MOST) {',
    replace: "if (count >= MOST || (address.endsWith('127.0.0.1') && wss.clients.size > MOST)) {",
  },
];
