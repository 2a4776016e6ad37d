import type { Mistake } from '#shared/course/mistake.ts';

const asking = 'each connection gets a ping within 5 seconds, and then at least one every 5 seconds';
const staying = 'who answers within 5 seconds stays, however long they are quiet';
const going = 'who does not answer is gone 10 seconds later at most, also behind a frozen cable';
const spread = 'of a hundred who come at the same moment, at most half are asked in the same half second';
const pong = 'a message {"type":"ping"} is answered with a pong, to the asker alone';
const ended = 'when a connection has ended, none of its timers is left';
const whatever = 'and whatever else people do';
const asks = 'the pulse asks when nothing was heard for `every`';
const silence = 'without an answer within `patience` it tells of the silence, once';
const stopping = 'stop() leaves no timer, and start() begins anew';

const FIRST = 'let timer = setTimeout(beat, Math.random() * EVERY);';
const AGAIN = '    timer = setTimeout(beat, EVERY);\n';
const PONG = `  socket.on('pong', () => {
    isAlive = true;
  });
`;
const COMMENT = '    // Not close(): it waits 30 seconds for an answer, and nobody is there to give one.\n';
const GIVE_UP = `    if (!isAlive) {
      socket.terminate();
      return;
    }
`;
const CLEAR = "  socket.on('close', () => clearTimeout(timer));\n";
const ANSWER = "else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });";

const pulse = { file: 'pulse.ts' };
const ASK = '      ask();\n';
const SILENT = `        stop();
        onSilence();
`;
const HEARD = 'if (isRunning) wait();';

export const mistakes: Mistake[] = [
  {
    name: 'only who has joined is asked',
    test: asking,
    sentence:
      'Who has connected and not joined gets no ping. Their link can be dead, too: ask each connection.',
    find: '  keepAlive(socket);\n',
    replace:
      "  socket.once('message', () => setImmediate(() => usernames.has(socket) && keepAlive(socket)));\n",
  },
  {
    name: 'asked every 30 seconds',
    test: asking,
    sentence: 'The pings come every 30 seconds. The task asks for one every 5 seconds.',
    find: AGAIN,
    replace: '    timer = setTimeout(beat, 30_000);\n',
  },
  {
    name: 'the first ping comes late',
    test: asking,
    sentence:
      'The first ping comes after 5 seconds and more. It must come within 5 seconds: spread the pings between 0 and 5 seconds.',
    find: FIRST,
    replace: 'let timer = setTimeout(beat, EVERY + 1 + Math.random() * EVERY);',
  },
  {
    name: 'asked once',
    test: asking,
    sentence: 'There is one ping, and then never again. After each ping the next one must be on its way.',
    find: AGAIN,
    replace: '',
  },
  {
    name: 'the ping is a message',
    test: asking,
    sentence:
      'The server sends a message that says "ping". A ping is a frame of its own: socket.ping(). Browsers answer it by themselves.',
    find: '    socket.ping();\n',
    replace: "    socket.send(JSON.stringify({ type: 'ping' }));\n",
  },
  {
    name: 'who talks is not asked',
    test: asking,
    sentence: 'A connection that sends messages gets no ping. Ask each one, whatever they say.',
    find: PONG,
    replace: `${PONG}  socket.on('message', () => {\n    isAlive = true;\n    clearTimeout(timer);\n    timer = setTimeout(beat, EVERY);\n  });\n`,
  },
  {
    name: 'nobody hears the pong',
    test: asking,
    sentence:
      "The answers are not heard, so everybody is taken for dead: listen to the socket's 'pong' event.",
    find: PONG,
    replace: '',
  },
  {
    name: 'a message counts, and a pong does not',
    test: asking,
    sentence:
      "Only messages count as a sign of life. Who listens and says nothing is ended. The answer to a ping is the 'pong' event.",
    find: "socket.on('pong', () => {",
    replace: "socket.on('message', () => {",
  },
  {
    name: 'the answer must come within 2 seconds',
    test: staying,
    sentence: 'The server does not wait for 5 seconds. A phone that wakes up, or a slow network, needs them.',
    find: AGAIN,
    replace: '    timer = setTimeout(beat, 2_000);\n',
  },
  {
    name: 'who says nothing is ended',
    test: staying,
    sentence:
      'Who says nothing for a while is ended, though they answer each ping. To be quiet is not to be gone.',
    find: '  let isAlive = true;\n',
    replace:
      "  let isAlive = true;\n  const idle = setTimeout(() => socket.terminate(), 60_000);\n  socket.on('message', () => idle.refresh());\n  socket.on('close', () => clearTimeout(idle));\n",
  },
  {
    name: 'close() in place of terminate()',
    test: going,
    sentence:
      'close() says goodbye, and waits 30 seconds for an answer. Behind a dead link nobody gives one: use terminate().',
    find: 'socket.terminate();',
    replace: 'socket.close();',
  },
  {
    name: 'nobody is ever ended',
    test: going,
    sentence:
      'The server asks, and nothing follows when no answer comes. Who has not answered is gone: end the connection.',
    find: GIVE_UP,
    replace: '',
  },
  {
    name: 'three pings may be missed',
    test: going,
    sentence:
      'It takes three missed answers until a connection is ended: 15 seconds and more. It must be over after 10.',
    find: `${FIRST}\n\n  function beat(): void {\n${COMMENT}${GIVE_UP}`,
    replace: `${FIRST}\n  let missed = 0;\n\n  function beat(): void {\n    missed = isAlive ? 0 : missed + 1;\n    if (missed >= 3) {\n      socket.terminate();\n      return;\n    }\n`,
  },
  {
    name: 'the others do not hear of it',
    test: going,
    sentence:
      "The connection is ended, and the others do not hear of it. The 'close' event must come as always: remove no listeners.",
    find: 'socket.terminate();',
    replace: 'socket.removeAllListeners();\n      socket.terminate();',
  },
  {
    name: 'only who has joined is ended',
    test: going,
    sentence: 'Who has not joined is never ended. A dead link is dead, whether it has a name or not.',
    find: 'if (!isAlive) {',
    replace: 'if (!isAlive && usernames.has(socket)) {',
  },
  {
    name: 'all are asked in one tick',
    test: spread,
    sentence:
      'All pings go out at the same moment. With many clients that is a burst every 5 seconds: spread them.',
    find: FIRST,
    replace: 'let timer = setTimeout(beat, EVERY);',
  },
  {
    name: 'the spread is too small',
    test: spread,
    sentence: 'The pings are spread over less than a second. Use the whole 5 seconds.',
    find: FIRST,
    replace: 'let timer = setTimeout(beat, EVERY - 300 * Math.random());',
  },
  {
    name: 'the first ping comes at once',
    test: spread,
    sentence:
      'The first ping goes out when somebody connects. When a hundred come at once that is a burst, too.',
    find: FIRST,
    replace: `${FIRST}\n  socket.ping();`,
  },
  {
    name: 'everybody gets the pong',
    test: pong,
    sentence: 'The pong goes to everybody. It is for the one who asked.',
    find: ANSWER,
    replace:
      "else if (received.type === 'ping') { send(socket, { type: 'pong', at: now() }); broadcast({ type: 'pong', at: now() }, socket); }",
  },
  {
    name: 'only who has joined gets a pong',
    test: pong,
    sentence:
      'Who has not joined gets no pong. Also before one has a name one may ask whether the server is there.',
    find: ANSWER,
    replace: `else if (received.type === 'ping' && !usernames.has(socket)) refuse(socket, 'not-joined');\n    ${ANSWER}`,
  },
  {
    name: 'the answer is a frame',
    test: pong,
    sentence:
      'The answer is a pong of the protocol. A page cannot see that: send a message with the type "pong".',
    find: ANSWER,
    replace: "else if (received.type === 'ping') socket.pong();",
  },
  {
    name: 'the pong has no time',
    test: pong,
    sentence: 'The pong has no "at". Each message of this protocol has one.',
    find: ANSWER,
    replace: "else if (received.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));",
  },
  {
    name: 'the timer is left',
    test: ended,
    sentence: "When a connection has ended its timer is left. Clear it in the 'close' event.",
    find: CLEAR,
    replace: '',
  },
  {
    name: 'the timer is left where nobody had joined',
    test: ended,
    sentence: 'The timer is cleared only for those who had joined. Every connection has one.',
    find: CLEAR,
    replace:
      "  socket.prependListener('close', () => { if (usernames.has(socket)) clearTimeout(timer); });\n",
  },
  {
    name: 'who has not answered yet gets nothing',
    test: whatever,
    sentence:
      'Who has been asked and has not answered yet gets no messages. They may only be slow: send to everybody until the connection has ended.',
    find: PONG,
    replace: `${PONG}  const send = socket.send.bind(socket);\n  socket.send = (text: string) => isAlive && send(text);\n`,
  },
  {
    name: 'the silence is announced, too',
    test: whatever,
    sentence:
      'The others hear of the silence twice. That somebody has left is said once, when the connection has ended.',
    find: 'socket.terminate();',
    replace: "if (usernames.has(socket)) announce('Somebody is silent.', socket);\n      socket.terminate();",
  },
  {
    ...pulse,
    name: 'it asks at once',
    test: asks,
    sentence: 'It asks as soon as it starts. There is nothing to ask before `every` ms without a message.',
    find: '      isRunning = true;\n      wait();\n',
    replace: '      isRunning = true;\n      wait();\n      ask();\n',
  },
  {
    ...pulse,
    name: 'it runs before start()',
    test: asks,
    sentence: 'It runs before start(). Before the link is open nothing may be asked.',
    find: '  return {\n    start() {',
    replace: '  isRunning = true;\n  wait();\n  return {\n    start() {',
  },
  {
    ...pulse,
    name: 'a message changes nothing',
    test: asks,
    sentence: 'It asks though messages come. With each message the wait begins anew.',
    find: HEARD,
    replace: '',
  },
  {
    ...pulse,
    name: 'the wait is always the same',
    test: asks,
    sentence: 'It always waits 5,000 ms. Use options.every.',
    find: '    }, every);',
    replace: '    }, 5_000);',
  },
  {
    ...pulse,
    name: 'it uses the real clock',
    test: asks,
    sentence: 'It waits with the real setTimeout. Use options.clock, so that a test can let time pass.',
    find: '    timer = clock.setTimeout(() => {\n      timer',
    replace: '    timer = setTimeout(() => {\n      timer',
  },
  {
    ...pulse,
    name: 'the silence is told at once',
    test: silence,
    sentence: 'It tells of the silence when it asks. Give the other end `patience` ms for its answer.',
    find: `      timer = clock.setTimeout(() => {\n${SILENT}      }, patience);\n${ASK}`,
    replace: `${ASK}      stop();\n      onSilence();\n`,
  },
  {
    ...pulse,
    name: 'nobody hears of the silence',
    test: silence,
    sentence: 'It asks, and when no answer comes it does nothing. Then the link is dead: call onSilence().',
    find: SILENT,
    replace: '        stop();\n',
  },
  {
    ...pulse,
    name: 'the silence is told again and again',
    test: silence,
    sentence:
      'It goes on after it has told of the silence. That is told once, and then it is still until start().',
    find: SILENT,
    replace: '        onSilence();\n        wait();\n',
  },
  {
    ...pulse,
    name: 'it wakes up by itself',
    test: silence,
    sentence: 'After the silence was told, a late message makes it run again. Only start() does that.',
    find: SILENT,
    replace: '        onSilence();\n',
  },
  {
    ...pulse,
    name: 'an answer within ask() is overheard',
    test: silence,
    sentence:
      'The answer may come while ask() is still running. Start the timer for the answer before you ask.',
    find: `      timer = clock.setTimeout(() => {\n${SILENT}      }, patience);\n${ASK}`,
    replace: `${ASK}      timer = clock.setTimeout(() => {\n${SILENT}      }, patience);\n`,
  },
  {
    ...pulse,
    name: 'stop() leaves the timer',
    test: stopping,
    sentence: 'After stop() its timer still runs. Clear it.',
    find: '    isRunning = false;\n    clock.clearTimeout(timer);\n',
    replace: '    isRunning = false;\n',
  },
  {
    ...pulse,
    name: 'it hears after stop()',
    test: stopping,
    sentence: 'A message after stop() makes it run again. Only start() does that.',
    find: '    stop,\n  };',
    replace: '    stop: () => clock.clearTimeout(timer),\n  };',
  },
  {
    ...pulse,
    name: 'start() twice is two pulses',
    test: stopping,
    sentence: 'start() was called twice, and two timers run. It begins anew: clear the old one.',
    find: '      isRunning = true;\n      wait();\n',
    replace: '      isRunning = true;\n      timer = undefined;\n      wait();\n',
  },
];
