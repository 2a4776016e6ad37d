import type { Mistake } from '#shared/course/mistake.ts';

const connecting = 'it connects at once, and passes on what is said';
const backoff = 'when the link is lost it waits: a random time, up to twice as long each time, up to the cap';
const single = 'there is one link at a time, and one call for each event, however often it came back';
const holding = 'the failures are forgotten only when a link has held';
const keeping = 'what is said while it is away arrives when it is back: after onOpen, in order, each once';
const bound = 'no more texts wait than mostQueued: the oldest go';
const codes = '1000, 1008 and 4000 to 4999 mean: do not come back';
const closing = 'close() is for good, in every state, and leaves nothing behind';
const handshake = 'a handshake without an end is given up, and counts as a failure';
const sooner = 'retryNow() connects at once while it waits, and else does nothing';

const page = 'it works in a real page, too';

const WAIT = 'const wait = random() * Math.min(cap, base * 2 ** failures);';
const TIMER = '  setTimeout: (work, ms) => setTimeout(work, ms),\n';
const OPENS = `/** Opens a WebSocket that comes back by itself. */
export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {`;
const STABLE = `    startTimer(stable, () => {
      failures = 0;
    });
`;
const FLUSH = `while (socket === mine && mine.readyState === OPEN && waiting.length > 0)
      mine.send(waiting.shift() ?? '');`;
const PATIENCE = `    startTimer(patience, () => {
      lost(undefined);
      mine.close();
    });
`;

export const mistakes: Mistake[] = [
  {
    name: 'the whole event is passed on',
    test: connecting,
    sentence: 'onMessage gets the event, not its text. The text is event.data.',
    find: "    mine.addEventListener('message', ({ data }) => {\n      if (isMine() && typeof data === 'string') options.onMessage?.(data);",
    replace:
      "    mine.addEventListener('message', (event) => {\n      if (isMine()) options.onMessage?.(String(event));",
  },
  {
    name: 'onState hears nothing of the first try',
    test: connecting,
    sentence: 'onState does not hear of the first connecting. Tell it each state, the first one, too.',
    find: "    enter('connecting');\n",
    replace: "    if (failures > 0) enter('connecting');\n    else state = 'connecting';\n",
  },
  {
    name: 'an error has no listener',
    test: backoff,
    sentence:
      "In Node an 'error' event that nobody listens to ends the process. Add a listener that does nothing: a close event follows.",
    find: "    mine.addEventListener('error', () => {}); // A close event follows.\n",
    replace: '',
  },
  {
    name: 'no jitter',
    test: backoff,
    sentence: 'The wait is not random: after a restart all clients would come back at the same moment.',
    find: WAIT,
    replace: 'const wait = Math.min(cap, base * 2 ** failures);',
  },
  {
    name: 'half of the wait is fixed',
    test: backoff,
    sentence: 'The wait is random between a half and the whole. It must be random between 0 and the whole.',
    find: WAIT,
    replace: 'const wait = (0.5 + random() / 2) * Math.min(cap, base * 2 ** failures);',
  },
  {
    name: 'no cap',
    test: backoff,
    sentence: 'The waits grow for ever. None may be longer than options.cap.',
    find: WAIT,
    replace: 'const wait = random() * base * 2 ** failures;',
  },
  {
    name: 'the wait never grows',
    test: backoff,
    sentence: 'Each wait is drawn from the same range. It must double with each failure.',
    find: WAIT,
    replace: 'const wait = random() * Math.min(cap, base);',
  },
  {
    name: 'the failure counts before the wait is drawn',
    test: backoff,
    sentence: 'The first wait is up to twice the base. Draw the wait first, and count the failure after it.',
    find: `    ${WAIT}\n    failures += 1;\n`,
    replace: `    failures += 1;\n    ${WAIT}\n`,
  },
  {
    name: 'the real clock is used',
    test: backoff,
    sentence: 'It waits on the real clock, not on options.clock.',
    find: 'timer = clock.setTimeout(work, ms);',
    replace: 'timer = setTimeout(work, ms);',
  },
  {
    name: 'every socket speaks twice',
    test: single,
    sentence:
      'Listeners pile up: after it came back, each message arrives more than once. Each socket needs its listeners once.',
    find: "    mine.addEventListener('message', ({ data }) => {\n",
    replace:
      "    if (failures > 0) mine.addEventListener('message', ({ data }) => options.onMessage?.(String(data)));\n    mine.addEventListener('message', ({ data }) => {\n",
  },
  {
    name: 'onOpen is called the first time only',
    test: single,
    sentence: 'onOpen must be called each time the link is open: the server has forgotten who you are.',
    find: '    options.onOpen?.();\n',
    replace: '    if (failures === 0) options.onOpen?.();\n',
  },
  {
    name: 'an open link forgets the failures at once',
    test: holding,
    sentence:
      'The failures are forgotten as soon as it is open. A server that accepts and closes at once is then called again and again.',
    find: STABLE,
    replace: '    startTimer(stable, () => {});\n    failures = 0;\n',
  },
  {
    name: 'the failures are never forgotten',
    test: holding,
    sentence: 'The failures are never forgotten, also when a link has held for long.',
    find: STABLE,
    replace: '    startTimer(stable, () => {});\n',
  },
  {
    name: 'what waits is sent before onOpen',
    test: keeping,
    sentence: 'What has waited is sent before onOpen is called. First say who you are.',
    find: `    options.onOpen?.();\n    ${FLUSH}\n`,
    replace: `    ${FLUSH}\n    options.onOpen?.();\n`,
  },
  {
    name: 'what was sent stays in the queue',
    test: keeping,
    sentence: 'What was sent is not taken out of the queue, and is sent again the next time.',
    find: FLUSH,
    replace: 'for (const text of waiting) mine.send(text);',
  },
  {
    name: 'the last text goes first',
    test: keeping,
    sentence: 'What has waited is sent in the wrong order: the oldest goes first.',
    find: "mine.send(waiting.shift() ?? '')",
    replace: "mine.send(waiting.pop() ?? '')",
  },
  {
    name: 'a closing link is taken for an open one',
    test: keeping,
    sentence:
      'It sends into a socket that is CLOSING, and the text is lost. Look at readyState before you say that it was sent.',
    find: "state === 'open' && socket?.readyState === OPEN",
    replace: "state === 'open' && socket",
  },
  {
    name: 'a queue without a bound',
    test: keeping,
    sentence: 'The queue has no bound. Only the last options.mostQueued texts are kept.',
    find: '      if (waiting.length > mostQueued) waiting.shift();\n',
    replace: '',
  },
  {
    name: 'the newest text is dropped',
    test: keeping,
    sentence: 'When the queue is full, the newest text is dropped. The oldest must go.',
    find: 'if (waiting.length > mostQueued) waiting.shift();',
    replace: 'if (waiting.length > mostQueued) waiting.pop();',
  },
  {
    name: 'the bound is always 100',
    test: bound,
    sentence: 'The queue keeps 100 texts, whatever options.mostQueued says.',
    find: 'if (waiting.length > mostQueued) waiting.shift();',
    replace: 'if (waiting.length > 100) waiting.shift();',
  },
  {
    name: 'it comes back after every code',
    test: codes,
    sentence: 'Some codes mean "don\'t come back": 1000, 1008, and 4000 to 4999.',
    find: '    if (code !== undefined && isFinal(code)) {\n      end(code);\n      return;\n    }\n',
    replace: '',
  },
  {
    name: '1008 is forgotten',
    test: codes,
    sentence: 'After 1008 (policy violation) it comes back, and must not.',
    find: ' || code === 1008',
    replace: '',
  },
  {
    name: 'it comes back only after 1006',
    test: codes,
    sentence: 'It comes back only after a few codes. All but 1000, 1008 and 4000 to 4999 mean: try again.',
    find: 'code === 1000 || code === 1008 || (code >= 4000 && code <= 4999)',
    replace: 'code !== 1006 && code !== 1012 && code !== 1013',
  },
  {
    name: 'after close() it comes back',
    test: backoff,
    sentence: 'After close() it comes back. The close event of your own close() must not start a new try.',
    find: '      end();\n      last?.close(code, reason);',
    replace: '      last?.close(code, reason);',
  },
  {
    name: 'close() leaves the timer',
    test: holding,
    sentence: 'After close() a timer is left, and it connects again, or keeps the process alive.',
    find: '    waiting.length = 0;\n    clock.clearTimeout(timer);\n',
    replace: '    waiting.length = 0;\n',
  },
  {
    name: 'each close() is told',
    test: closing,
    sentence: 'Each close() says once more that it is closed. Who is closed already has nothing to tell.',
    find: "      if (state === 'closed') return;\n",
    replace: '',
  },
  {
    name: 'a handshake waits for ever',
    test: handshake,
    sentence:
      'A handshake that gets no answer is never given up: with a frozen network it stays connecting for ever.',
    find: PATIENCE,
    replace: '',
  },
  {
    name: 'a handshake that was given up stays open',
    test: handshake,
    sentence: 'The socket that was given up is not closed. It may open later, beside the next one.',
    find: '      lost(undefined);\n      mine.close();\n',
    replace: '      lost(undefined);\n',
  },
  {
    name: 'the old wait goes on after retryNow',
    test: sooner,
    sentence: 'After retryNow() the timer of the wait still runs, and connects once more.',
    find: "if (state === 'waiting') connect();",
    replace: "if (state !== 'waiting') return;\n      timer = undefined;\n      connect();",
  },
  {
    name: 'retryNow connects in every state',
    test: sooner,
    sentence: 'retryNow() connects while the link is open or connecting, too: then there are two.',
    find: "if (state === 'waiting') connect();",
    replace: "if (state !== 'closed') connect();",
  },
  {
    name: 'setTimeout is called as a method',
    test: page,
    sentence:
      'A browser\'s setTimeout refuses to be called as a method of your clock: "Illegal invocation". Wrap it in a function.',
    find: TIMER,
    replace: '  setTimeout: globalThis.setTimeout,\n',
  },
  {
    name: 'a timer is told to keep nobody waiting',
    test: page,
    sentence: 'Only in Node a timer has unref(). In a browser it is a number.',
    find: TIMER,
    replace: '  setTimeout: (work, ms) => setTimeout(work, ms).unref(),\n',
  },
  {
    name: 'the socket of ws is taken',
    test: page,
    sentence: 'The package ws is for Node alone. Without options.WebSocket take that of globalThis.',
    find: `const OPEN = 1;

${OPENS}
  const { WebSocket = globalThis.WebSocket,`,
    replace: `import { WebSocket as NodeSocket } from 'ws';
const OPEN = 1;

${OPENS}
  const { WebSocket = NodeSocket,`,
  },
  {
    name: 'a listener is added with on()',
    test: page,
    sentence: "Only the sockets of ws have on(). addEventListener works for a browser's, too.",
    find: "mine.addEventListener('error', () => {});",
    replace: "mine.on('error', () => {});",
  },
  {
    name: 'a text is read as a Buffer',
    test: page,
    sentence:
      'There is no Buffer in a browser, and none is needed: a text arrives as a string, in Node, too.',
    find: 'options.onMessage?.(data);',
    replace: 'options.onMessage?.(Buffer.from(data).toString());',
  },
  {
    name: 'nothing stands in for options.random',
    test: page,
    sentence: 'Where options.random is left out, nothing takes its place. It must be Math.random then.',
    find: 'random = Math.random, clock',
    replace: 'random, clock',
  },
];
