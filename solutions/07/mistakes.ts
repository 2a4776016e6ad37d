import type { Mistake } from '#shared/course/mistake.ts';

const numbering = 'each chat message has a number: 1, 2, 3 and so on, without a gap';
const acks = 'who said it hears that it has arrived, and under which number';
const again = 'the same id again is the same message: it is acked again, and not said again';
const snapshots = 'who knows nothing gets a snapshot: the epoch, and what was said';
const missing = 'who knows a number gets what came after it';
const pages = 'no answer has more than 100 messages';
const epochs = 'a number of another epoch says nothing, nor does one that is too large';
const keeping = 'the newest 1,000 messages are kept, and their ids';
const bad = 'who has not joined cannot ask, and what is no message gets an error';

const COUNT = '    last += 1;\n    seq = last;\n';
const SAY = "broadcast({ type: 'chat', ...said });";
const ACK = "send(socket, { type: 'ack', id, seq, at: now() });";
const LOOK = 'let seq = numbers.get(id);';
const SAID = 'const said = { seq, username, message, at: now() };';
const REFUSE = "    refuse(socket, 'not-joined');\n    return;\n  }\n  let seq";
const LEAVE = 'if (names.delete(socket)) announce(`${username} left.`);';
const SNAPSHOT = "send(socket, { type: 'snapshot', epoch, messages: kept.slice(-PAGE), last, at: now() });";
const NEXT = 'const messages = kept.filter((said) => said.seq > seq).slice(0, PAGE);';
const MISSED = "send(socket, { type: 'missed', messages, last, at: now() });";
const WHEN = 'theirs !== epoch || seq > last || seq < last - kept.length';
const FORGET = '    numbers.delete(oldest);\n';
const EPOCH = 'const epoch = randomUUID();';

const ONE_ID =
  'An id is forgotten whose message is kept. Only the oldest goes, with its message: a Map gives its keys in the order in which they came.';
const NO_GAP =
  'All that came after this number is still there, and the answer is a snapshot. Only where message seq + 1 is gone, there is a gap.';

export const mistakes: Mistake[] = [
  {
    name: 'all messages have one number',
    test: numbering,
    sentence:
      'Every message has the same number. Count in a variable at the top, and add 1 for each message.',
    find: COUNT,
    replace: '    seq = 1;\n',
  },
  {
    name: 'the first number is 0',
    test: numbering,
    sentence: 'The first message has the number 0. It is 1: 0 stands for "I have none yet".',
    find: COUNT,
    replace: '    seq = last;\n    last += 1;\n',
  },
  {
    name: 'each person has numbers of their own',
    test: numbering,
    sentence: 'Each person counts anew. There is one counter for all, or the same number means two messages.',
    find: COUNT,
    replace: '    last += 1;\n    seq = kept.filter((one) => one.username === username).length + 1;\n',
  },
  {
    name: 'what is refused takes a number',
    test: numbering,
    sentence:
      'A message that was refused has taken a number. Count after all that can go wrong, or there is a gap.',
    find: REFUSE,
    replace: `    last += 1;\n${REFUSE}`,
  },
  {
    name: 'news take a number',
    test: numbering,
    sentence: 'Who joins or leaves makes a gap in the numbers. Only chat messages have one.',
    find: "broadcast({ type: 'system',",
    replace: "last += 1;\n  broadcast({ type: 'system',",
  },
  {
    name: 'the number in the message is believed',
    test: numbering,
    sentence: 'The client wrote a number into its message, and it was taken. The server counts.',
    find: 'chat(socket, received.id, received.message);',
    replace:
      '{\n      last = JSON.parse(data.toString()).seq ?? last;\n      chat(socket, received.id, received.message);\n    }',
  },
  {
    name: 'the speaker hears the ack alone',
    test: numbering,
    sentence:
      'The speaker does not get the message. Everyone who has joined should, in the order of the numbers.',
    find: SAY,
    replace: "broadcast({ type: 'chat', ...said }, socket);",
  },
  {
    name: 'there is no ack',
    test: acks,
    sentence: 'Who says something gets no ack. Without it nobody knows what was lost.',
    find: `  ${ACK}\n`,
    replace: '',
  },
  {
    name: 'everyone gets the ack',
    test: acks,
    sentence: 'Everybody gets the ack. It is for the one who said it.',
    find: ACK,
    replace: "broadcast({ type: 'ack', id, seq, at: now() });",
  },
  {
    name: 'the ack has an id of its own',
    test: acks,
    sentence: 'The ack has another id than the message. The client knows its message by the id that it gave.',
    find: ACK,
    replace: "send(socket, { type: 'ack', id: randomUUID(), seq, at: now() });",
  },
  {
    name: 'no id is known again',
    test: again,
    sentence: 'What was sent again was said again. Look whether the id is known before you say it.',
    find: LOOK,
    replace: 'let seq: number | undefined;',
  },
  {
    name: 'there is no second ack',
    test: again,
    sentence:
      'Who sends again gets no ack. It was the first ack that got lost: without a second one they send for ever.',
    find: `${SAY}\n  }\n  ${ACK}`,
    replace: `${SAY}\n    ${ACK}\n  }`,
  },
  {
    name: 'the second ack has the newest number',
    test: again,
    sentence: 'The ack of a known id has the newest number. It is the number that the message has.',
    find: ACK,
    replace: "send(socket, { type: 'ack', id, seq: last, at: now() });",
  },
  {
    name: 'what is sent again takes a number',
    test: again,
    sentence: 'What was sent again has taken a number, and the numbers have a gap.',
    find: `${LOOK}\n  if (seq === undefined) {\n${COUNT}`,
    replace: `${LOOK}\n  last += 1;\n  if (seq === undefined) {\n    seq = last;\n`,
  },
  {
    name: 'the same id in other words is new',
    test: again,
    sentence: 'The same id with another text was said. The id alone says which message it is.',
    find: LOOK,
    replace: 'let seq = kept.some((one) => one.message === message) ? numbers.get(id) : undefined;',
  },
  {
    name: 'only the last id is known',
    test: again,
    sentence:
      'An id is forgotten as soon as another message comes. Keep the ids of all messages that are kept.',
    find: '  numbers.set(id, said.seq);',
    replace: '  numbers.clear();\n  numbers.set(id, said.seq);',
  },
  {
    name: 'each name has ids of its own',
    test: again,
    sentence:
      'The same id from somebody else, or under another name, was said again. The ids are the same for all.',
    find: LOOK,
    replace:
      'let seq = numbers.get(id);\n  if (kept.find((one) => one.seq === seq)?.username !== username) seq = undefined;',
  },
  {
    name: 'the ids go when somebody leaves',
    test: again,
    sentence: 'When a connection is cut, the ids are forgotten. But it is after a cut that one sends again.',
    find: LEAVE,
    replace: 'if (names.delete(socket)) announce(`${username} left.`);\n    numbers.clear();',
  },
  {
    name: 'the server waits between looking and keeping',
    test: again,
    sentence:
      'The same id came twice at once, and was said twice: something is awaited between the look and the keeping.',
    find: '    keep(id, said);\n',
    replace: '    setImmediate(() => keep(id, said));\n',
  },
  {
    name: 'who tells no epoch gets "missed"',
    test: snapshots,
    sentence:
      'Who knows nothing gets "missed", without an epoch. The first answer has to tell it: a snapshot.',
    find: WHEN,
    replace: "(theirs !== epoch && theirs !== '') || seq > last || seq < last - kept.length",
  },
  {
    name: 'the snapshot has no epoch',
    test: snapshots,
    sentence: 'The snapshot has no epoch. Who does not know it can ask for nothing later.',
    find: SNAPSHOT,
    // Past the types, which would have told.
    replace:
      "socket.send(JSON.stringify({ type: 'snapshot', messages: kept.slice(-PAGE), last, at: now() }));",
  },
  {
    name: 'each snapshot has an epoch of its own',
    test: snapshots,
    sentence: 'Each snapshot has another epoch. Make it once, at the start of the server.',
    find: SNAPSHOT,
    replace: SNAPSHOT.replace(' epoch,', ' epoch: randomUUID(),'),
  },
  {
    name: 'everyone gets the snapshot',
    test: snapshots,
    sentence: 'Everybody gets the snapshot. It is for the one who asks.',
    find: SNAPSHOT,
    replace: SNAPSHOT.replace('send(socket, ', 'broadcast('),
  },
  {
    name: 'what was said has the name of now',
    test: snapshots,
    sentence: 'Somebody has a new name, and what they said before has it, too. Keep the name of then.',
    find: SAID,
    replace:
      'const said = { seq, get username() { return names.get(socket) ?? username; }, message, at: now() };',
  },
  {
    name: 'what was said has the time of the answer',
    test: snapshots,
    sentence: 'A message has the time of the answer, not that at which it was said. Keep the time with it.',
    find: SAID,
    replace: 'const said = { seq, username, message, get at() { return now(); } };',
  },
  {
    name: 'the newest comes first',
    test: snapshots,
    sentence: 'The newest message comes first in the answer. It is the oldest.',
    find: 'kept.push(said);',
    replace: 'kept.unshift(said);',
  },
  {
    name: 'the history ends when everybody has left',
    test: snapshots,
    sentence: 'When the last one leaves, what was said is forgotten. It is kept for who comes back.',
    find: LEAVE,
    replace: `${LEAVE}\n    if (names.size === 0) kept.length = 0;`,
  },
  {
    name: 'the answer begins with what one has',
    test: missing,
    sentence:
      'The first message in the answer is the one that the client has already. What came after it is due.',
    find: NEXT,
    replace: NEXT.replace('said.seq > seq', 'said.seq >= seq'),
  },
  {
    name: 'what was missed comes as chat',
    test: missing,
    sentence: 'What was missed comes once more as chat messages. It is in the answer.',
    find: MISSED,
    replace: `for (const one of messages) send(socket, { type: 'chat', ...one });\n    ${MISSED}`,
  },
  {
    name: 'everyone gets what was missed',
    test: missing,
    sentence: 'Everybody gets the answer. It is for the one who asks.',
    find: MISSED,
    replace: MISSED.replace('send(socket, ', 'broadcast('),
  },
  {
    name: 'who has missed nothing gets no answer',
    test: missing,
    sentence: 'Who has missed nothing gets no answer, and waits. An empty list is an answer.',
    find: MISSED,
    replace: `if (messages.length > 0) ${MISSED}`,
  },
  {
    name: 'who has missed nothing gets a snapshot',
    test: missing,
    sentence:
      'Who has the last message gets a snapshot. They have missed nothing: that is "missed", with an empty list.',
    find: 'seq > last ||',
    replace: 'seq >= last ||',
  },
  {
    name: 'number 0 gets a snapshot',
    test: missing,
    sentence: NO_GAP,
    find: 'seq > last ||',
    replace: 'seq > last || seq === 0 ||',
  },
  {
    name: 'the own messages are left out',
    test: missing,
    sentence: 'What the asker said is not in the answer. The numbers must have no gap, whoever said it.',
    find: '(said) => said.seq > seq)',
    replace: '(said) => said.seq > seq && said.username !== names.get(socket))',
  },
  {
    name: 'what is sent again changes the history',
    test: missing,
    sentence: 'What came again has changed what is kept. The first text stays, and the first name.',
    find: '  if (seq === undefined) {',
    replace:
      '  const known = kept.find((one) => one.seq === seq);\n  if (known) Object.assign(known, { username, message });\n  if (seq === undefined) {',
  },
  {
    name: 'all that was missed comes at once',
    test: pages,
    sentence:
      '"missed" has more than 100 messages. The next 100 are enough: who has less than "last" asks again.',
    find: '.slice(0, PAGE);',
    replace: ';',
  },
  {
    name: 'the snapshot has all that is kept',
    test: pages,
    sentence: 'The snapshot has more than 100 messages. The newest 100 are enough.',
    find: 'kept.slice(-PAGE)',
    replace: 'kept',
  },
  {
    name: 'the newest of what was missed come first',
    test: pages,
    sentence: '"missed" has the newest 100. It is the next 100 that are due, or there is a gap before them.',
    find: '.slice(0, PAGE);',
    replace: '.slice(-PAGE);',
  },
  {
    name: 'the snapshot has the oldest',
    test: pages,
    sentence: 'The snapshot has the oldest messages that are kept. It is the newest that one wants to see.',
    find: 'kept.slice(-PAGE)',
    replace: 'kept.slice(0, PAGE)',
  },
  {
    name: '"last" is that of the answer',
    test: pages,
    sentence:
      '"last" is the last number in the answer. It is the newest that there is: so one knows whether to ask again.',
    find: MISSED,
    replace: MISSED.replace('last,', 'last: messages.at(-1)?.seq ?? last,'),
  },
  {
    name: 'each page comes once',
    test: pages,
    sentence:
      'The same question, asked again, has another answer. The cut may have come in the middle of the first one.',
    find: NEXT,
    replace: `${NEXT}\n    if (seq === Reflect.get(socket, 'asked') && seq > 0) messages.length = 0;\n    Object.assign(socket, { asked: seq });`,
  },
  {
    name: 'the epoch is not looked at',
    test: epochs,
    sentence:
      'A number of another epoch is taken for one of this. After a restart, number 7 is another message.',
    find: WHEN,
    replace: "theirs === '' || seq > last || seq < last - kept.length",
  },
  {
    name: 'a number that is too large has missed nothing',
    test: epochs,
    sentence:
      'The number is larger than the last one, and the answer is "missed". Nobody can have heard it: it says nothing.',
    find: 'seq > last ||',
    replace: '',
  },
  {
    name: 'the epoch is always the same',
    test: epochs,
    sentence:
      'The epoch is the same after a restart. Then the client takes the new numbers for the old ones, and misses messages.',
    find: EPOCH,
    replace: "const epoch = '5e55104e-0000-4000-8000-000000000000';",
  },
  {
    name: 'all messages are kept',
    test: keeping,
    sentence: 'All messages are kept, for ever. Only the newest 1,000 should be: else the memory fills.',
    find: 'if (kept.length <= MOST_KEPT) return;',
    replace: 'if (kept.length > 0) return;',
  },
  {
    name: 'too few are kept',
    test: keeping,
    sentence: 'Fewer than 1,000 messages are kept. An answer has 100 at most; what is kept is more.',
    find: 'MOST_KEPT = 1000',
    replace: 'MOST_KEPT = 300',
  },
  {
    name: 'the ids are kept for ever',
    test: keeping,
    sentence: 'The ids are never forgotten, and fill the memory. An id goes with its message.',
    find: FORGET,
    replace: '    void oldest;\n',
  },
  {
    name: 'all ids go at once',
    test: keeping,
    sentence: ONE_ID,
    find: FORGET,
    replace: '    void oldest;\n    numbers.clear();\n',
  },
  {
    name: 'the newest id goes',
    test: keeping,
    sentence: ONE_ID,
    find: FORGET,
    replace: '    void oldest;\n    numbers.delete(id);\n',
  },
  {
    name: 'an id that comes again stays longer',
    test: keeping,
    sentence: 'An id that came again is known longer than its message is kept. It goes with its message.',
    find: '  if (seq === undefined) {',
    replace:
      '  if (seq !== undefined && numbers.delete(id)) numbers.set(id, seq);\n  if (seq === undefined) {',
  },
  {
    name: 'a gap is not told',
    test: keeping,
    sentence:
      'The next message is not kept any more, and the answer is "missed", with a gap that nobody sees. A snapshot says so.',
    find: ' || seq < last - kept.length',
    replace: '',
  },
  {
    name: 'one message too early is a snapshot',
    test: missing,
    sentence: NO_GAP,
    find: 'seq < last - kept.length',
    replace: 'seq <= last - kept.length',
  },
  {
    name: 'the place in the list is taken for the number',
    test: keeping,
    sentence:
      'Once the oldest message is gone, the answer begins at the wrong one: its place in the list is not its number any more.',
    find: NEXT,
    replace: 'const messages = kept.slice(seq, seq + PAGE);',
  },
  {
    name: '"last" is how many are kept',
    test: keeping,
    sentence: '"last" stays at 1,000. It is the number of the newest message, not how many are kept.',
    find: MISSED,
    replace: MISSED.replace('last,', 'last: kept.length,'),
  },
  {
    name: 'who has not joined can ask',
    test: bad,
    sentence: 'Who has not joined gets to read what was said. They get the error not-joined.',
    find: "  if (!names.has(socket)) {\n    refuse(socket, 'not-joined');\n  } else if",
    replace: '  if',
  },
  {
    name: 'who has not joined gets an ack',
    test: bad,
    sentence: 'Who has not joined got an ack, since the id was known. First look whether they have joined.',
    find: '  if (username === undefined) {\n    refuse(',
    replace:
      "  const known = numbers.get(id);\n  if (username === undefined) {\n    if (known !== undefined) send(socket, { type: 'ack', id, seq: known, at: now() });\n    else refuse(",
  },
  {
    name: 'who has not joined gets no answer',
    test: bad,
    sentence: 'Who asks and has not joined hears nothing. They get the error not-joined.',
    find: "  if (!names.has(socket)) {\n    refuse(socket, 'not-joined');\n  } else if",
    replace: '  if (!names.has(socket)) return;\n  if',
  },
  {
    name: 'binary is read as text',
    test: bad,
    sentence: 'Binary messages are read like text. They get the error not-text.',
    find: "isBinary ? 'not-text' : parse(data.toString())",
    replace: 'parse(data.toString())',
  },
];
