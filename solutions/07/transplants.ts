/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const COUNT = 'this.last += 1;\n    const entry = { seq: this.last,';
const ACK = "this.send(socket, { type: 'ack', id: entry.id, seq: entry.seq, isNew: !known });";
const SAY = "if (!known) for (const one of this.people.keys()) this.send(one, { type: 'chat', ...entry });";
const FIND = 'const known = this.ring.find(received.id);';
const JOINED = "if (username === undefined) return 'not-joined';\n    if (received.type";
const ANSWER =
  'this.send(socket, { type, epoch: ring.epoch, messages, last: ring.last, count: messages.length });';
const PAGE = 'ring.after(isKnown ? seq : Math.max(ring.start, ring.last - 100), 100)';
const WHEN = 'epoch === ring.epoch && seq >= ring.start && seq <= ring.last';
const FORGET = 'if (oldest) this.byId.delete(oldest.id);';
const LEAVE = "if (this.people.delete(socket)) this.news('Somebody left.', socket);";
const MISSED = "tell(socket, 'missed', { messages: all.slice(seq, seq + 100), last: all.length });";
const SNAPSHOT = "tell(socket, 'snapshot', { epoch, messages: all.slice(-100), last: all.length });";

export const transplants: Transplants = {
  'class.ts': {
    'all messages have one number': [COUNT, `this.last += 1;\n    const entry = { seq: 1,`],
    'the first number is 0': [COUNT, `this.last += 1;\n    const entry = { seq: this.last - 1,`],
    'what is refused takes a number': [
      JOINED,
      `if (username === undefined) {\n      this.ring.last += 1;\n      return 'not-joined';\n    }\n    if (received.type`,
    ],
    'news take a number': [
      'private news(message: string, about: WebSocket): void {',
      'private news(message: string, about: WebSocket): void {\n    this.ring.last += 1;',
    ],
    'the speaker hears the ack alone': [
      SAY,
      SAY.replace('this.send(one', 'if (one !== socket) this.send(one'),
    ],
    'there is no ack': [ACK, ''],
    'everyone gets the ack': [
      ACK,
      `for (const one of this.people.keys()) ${ACK.replace('this.send(socket', 'this.send(one')}`,
    ],
    'the ack has an id of its own': [ACK, ACK.replace('entry.id', 'randomUUID()')],
    'no id is known again': [FIND, 'const known = this.ring.find(randomUUID());'],
    'there is no second ack': [ACK, `if (!known) ${ACK}`],
    'the second ack has the newest number': [ACK, ACK.replace('entry.seq', 'this.ring.last')],
    'what is sent again takes a number': [FIND, `${FIND}\n    if (known) this.ring.last += 1;`],
    'only the last id is known': [
      'this.byId.set(id, entry);',
      'this.byId.clear();\n    this.byId.set(id, entry);',
    ],
    'the ids go when somebody leaves': [
      'private leave(socket: WebSocket): void {',
      "private leave(socket: WebSocket): void {\n    Reflect.get(this.ring, 'byId').clear();",
    ],
    'who tells no epoch gets "missed"': [
      WHEN,
      WHEN.replace('epoch === ring.epoch', "(epoch === ring.epoch || epoch === '')"),
    ],
    'the snapshot has no epoch': [ANSWER, ANSWER.replace(' epoch: ring.epoch,', '')],
    'each snapshot has an epoch of its own': [ANSWER, ANSWER.replace('ring.epoch', 'randomUUID()')],
    'the history ends when everybody has left': [
      LEAVE,
      `${LEAVE}\n    if (this.people.size === 0) Reflect.get(this.ring, 'places').length = 0;`,
    ],
    'who has missed nothing gets a snapshot': [WHEN, WHEN.replace('seq <= ring.last', 'seq < ring.last')],
    'who has missed nothing gets no answer': [
      ANSWER,
      `if (type !== 'missed' || messages.length > 0) ${ANSWER}`,
    ],
    'what is sent again changes the history': [
      FIND,
      `${FIND}\n    if (known) Object.assign(known, { username, message: received.message });`,
    ],
    'a number that is too large has missed nothing': [WHEN, WHEN.replace(' && seq <= ring.last', '')],
    'the epoch is always the same': [
      'readonly epoch = randomUUID();',
      "readonly epoch = '5e55104e-0000-4000-8000-000000000000';",
    ],
    'the epoch is not looked at': [WHEN, WHEN.replace('epoch === ring.epoch', "epoch !== ''")],
    'the newest of what was missed come first': [
      PAGE,
      'ring.after(Math.max(ring.start, isKnown ? seq : 0, ring.last - 100), 100)',
    ],
    'too few are kept': ['new Ring(1000)', 'new Ring(300)'],
    'the ids are kept for ever': [FORGET, ''],
  },
  'one-list.ts': {
    'the same id in other words is new': ['one.id === id &&', 'one.id === id && one.message === message &&'],
    'each name has ids of its own': ['one.id === id &&', 'one.id === id && one.username === me.name &&'],
    'what was said has the name of now': [
      'all.push({ ...said, id });',
      'const entry = { ...said, id };\n      all.push({\n        ...entry,\n        get username() {\n          return me.name;\n        },\n      });',
    ],
    'the answer begins with what one has': [
      MISSED,
      MISSED.replace('all.slice(seq,', 'all.slice(Math.max(0, seq - 1),'),
    ],
    'what was missed comes as chat': [
      `if (isRight) ${MISSED}`,
      `if (isRight) {\n        for (const one of all.slice(seq, seq + 100)) tell(socket, 'chat', one);\n        ${MISSED}\n      }`,
    ],
    'everyone gets what was missed': [
      MISSED,
      `for (const one of people) ${MISSED.replace('tell(socket', 'tell(one.socket')}`,
    ],
    'everyone gets the snapshot': [
      SNAPSHOT,
      `for (const one of people) ${SNAPSHOT.replace('tell(socket', 'tell(one.socket')}`,
    ],
    'number 0 gets a snapshot': ['oldest <= seq &&', 'oldest <= seq && seq > 0 &&'],
    'all that was missed comes at once': ['all.slice(seq, seq + 100)', 'all.slice(seq)'],
    'the snapshot has all that is kept': ['all.slice(-100)', 'all'],
    'the snapshot has the oldest': ['all.slice(-100)', 'all.slice(oldest, oldest + 100)'],
    'the newest comes first': ['all.slice(-100)', 'all.slice(-100).reverse()'],
    '"last" is that of the answer': [
      MISSED,
      MISSED.replace('last: all.length', 'last: Math.min(all.length, seq + 100)'),
    ],
    'the own messages are left out': [
      MISSED,
      MISSED.replace('100)', '100).filter((one) => one.username !== me.name)'),
    ],
    'all messages are kept': ['Math.max(0, all.length - 1000)', '0'],
    'who has not joined gets no answer': [
      "if (!people.has(me)) return 'not-joined';",
      "if (!people.has(me)) return received.type === 'since' ? undefined : 'not-joined';",
    ],
    'who has not joined can ask': [
      "if (!people.has(me)) return 'not-joined';",
      "if (!people.has(me) && received.type !== 'since') return 'not-joined';",
    ],
    'binary is read as text': ["isBinary ? 'not-text' : parse(String(data))", 'parse(String(data))'],
  },
  'async-queue.ts': {
    'a gap is not told': ['seq >= (oldest?.said.seq ?? 1) - 1 && ', ''],
    'what was said has the time of the answer': [
      'messages.push(link.said);',
      'messages.push({ ...link.said, at: new Date() });',
    ],
  },
};
