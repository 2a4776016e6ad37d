/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const JOINED = "say(socket, { type: 'joined', username, usernames: usernames(), visits: guest.visits });";
const NEWS = 'for (const [other] of inside()) if (other !== socket) report(other, `Now here: ${username}`);';
const CHAT =
  "for (const [other] of inside()) say(other, { type: 'chat', username, message, own: other === socket });";
const SPEAK = 'else handlers.chat(socket, guest, message);';
const REFUSED = "if (inside().some(([, other]) => isTwin(other))) return refuse(socket, 'username-taken');";
const TWIN = 'if (inside().some(([, other]) => isTwin(other)))';
const NOT_JOINED = "if (username === undefined) return refuse(socket, 'not-joined');";
const SEND = `if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ ...message, at: new Date().toISOString() }));`;
const PARSE = "isBinary ? 'not-text' : parse(data.toString())";
const REFUSE = "if (typeof message === 'string') refuse(socket, message);";
const ERROR = "say(socket, { type: 'error', code, message: ERROR_TEXTS[code] });";
const LEAVE = 'if (Person.joined.delete(this.key)) this.news(`${this.username} est parti.`);';
const TABLE = `const owners: Record<string, Guest> = {};
    for (const [, other] of inside()) owners[(other.username ?? '').toLowerCase()] = other;
    const key = username.toLowerCase();`;

export const transplants: Transplants = {
  'weak-map.ts': {
    'nobody answers a join': [JOINED, ''],
    'the own name is not in the list': [
      `guest.username = username;\n    guest.visits += 1;\n    ${JOINED}`,
      `guest.visits += 1;\n    ${JOINED}\n    guest.username = username;`,
    ],
    'the list is an iterator': [JOINED, JOINED.replace('usernames()', 'usernames().values()')],
    'everyone gets "joined"': [
      JOINED,
      `for (const [other] of inside()) ${JOINED.replace('say(socket', 'say(other')}`,
    ],
    'the others do not hear of it': [NEWS, ''],
    'the news goes to the one who joined, too': [NEWS, NEWS.replace('if (other !== socket) ', '')],
    'the news has no list': [
      "{ type: 'system', message, usernames: usernames(), ",
      "{ type: 'system', message, ",
    ],
    'the reply goes to the sender only': [CHAT, "say(socket, { type: 'chat', username, message });"],
    'the sender is left out': [CHAT, CHAT.replace('say(other', 'if (other !== socket) say(other')],
    'the name in the message is believed': [
      SPEAK,
      "else for (const [other] of inside()) say(other, { type: 'chat', username: guest.username, message: message.message, ...JSON.parse(data.toString()) });",
    ],
    'everyone speaks under the last name that joined': [
      'chat(socket, { username }, { message }) {',
      'chat(socket, _, { message }) {\n    const username = usernames().at(-1);',
    ],
    'all fields are passed on': [
      SPEAK,
      "else for (const [other] of inside()) say(other, { ...JSON.parse(data.toString()), type: 'chat', username: guest.username });",
    ],
    'the loop ends at a client that is closing': [
      CHAT,
      CHAT.replace(
        'inside()) ',
        'inside()) {\n      if (other.readyState !== WebSocket.OPEN) return;\n      ',
      ).concat('\n    }'),
    ],
    'to send to a client that is closing ends the server': [
      SEND,
      `socket.send(JSON.stringify({ ...message, at: new Date().toISOString() }), (error) => {
    if (error) throw error;
  });`,
    ],
    'who has not joined can listen': [
      CHAT,
      CHAT.replace('const [other] of inside()', 'const other of wss.clients'),
    ],
    'who has not joined is Anonymous': [
      `chat(socket, { username }, { message }) {\n    ${NOT_JOINED}`,
      "chat(socket, { username = 'Anonymous' }, { message }) {",
    ],
    'who has not joined is ignored': [NOT_JOINED, 'if (username === undefined) return;'],
    'everyone has a name from the start': ['= { visits: 0 };', "= { username: 'Anonymous', visits: 0 };"],
    'errors go to everyone': [
      ERROR,
      `${ERROR}\n  for (const [other] of inside()) if (other !== socket) ${ERROR.replace('say(socket', 'say(other')}`,
    ],
    'two people can have one name': [TWIN, 'if (inside().length > 99)'],
    'alice and Alice are two': [
      'other.username?.toLowerCase() === username.toLowerCase()',
      'other.username === username',
    ],
    'all names become lower case': [
      'join(socket, guest, { username }) {',
      'join(socket, guest, { username: given }) {\n    const username = given.toLowerCase();',
    ],
    'names are compared as they were sent': [
      'handlers.join(socket, guest, message)',
      'handlers.join(socket, guest, JSON.parse(data.toString()))',
    ],
    'the name is kept before it is refused': [
      REFUSED,
      `${TWIN} {\n      guest.username = username;\n      return refuse(socket, 'username-taken');\n    }`,
    ],
    'the server waits between looking and taking': [
      `    guest.username = username;\n    guest.visits += 1;\n    ${JOINED}\n    ${NEWS}`,
      `    setTimeout(() => {\n    guest.username = username;\n    guest.visits += 1;\n    ${JOINED}\n    ${NEWS}\n    }, 50);`,
    ],
    'names are the keys of an object': [TWIN, `${TABLE}\n    if (owners[key] && owners[key] !== guest)`],
    'names are the own keys of an object': [
      TWIN,
      `${TABLE}\n    if (Object.hasOwn(owners, key) && owners[key] !== guest)`,
    ],
    'names may have Latin letters only': [
      TWIN,
      'if (inside().some(([, other]) => isTwin(other)) || !/^[\\w ]+$/.test(username))',
    ],
    'a second join is refused': [
      TWIN,
      'if (inside().some(([, other]) => isTwin(other)) || guest.username !== undefined)',
    ],
    'nobody may change the case of their own name': ['other !== guest && other.username', 'other.username'],
    'the others do not hear of a new name': [
      NEWS,
      NEWS.replace('(other !== socket)', '(other !== socket && guest.visits === 1)'),
    ],
    'the first name stays': ['guest.username = username;', 'guest.username ??= username;'],
    'who is refused loses their name': [
      REFUSED,
      `${TWIN} {\n      delete guest.username;\n      return refuse(socket, 'username-taken');\n    }`,
    ],
    'nobody hears that somebody left': [
      'for (const [other] of inside()) report(other, `No longer here: ${guest.username}`);',
      '',
    ],
    'who never joined is announced': ['    if (guest.username === undefined) return;\n', ''],
    'binary is read as text': [PARSE, 'parse(data.toString())'],
    'a text that is no JSON ends the server': [
      PARSE,
      "isBinary ? 'not-text' : JSON.parse(data.toString()) && parse(data.toString())",
    ],
    'null ends the server': [
      PARSE,
      "isBinary ? 'not-text' : parse(data.toString()) === 'not-json' || JSON.parse(data.toString()).type ? parse(data.toString()) : 'bad-message'",
    ],
    'not-joined comes first': [
      REFUSE,
      "if (typeof message === 'string') refuse(socket, guest.username !== undefined || message === 'bad-username' ? message : 'not-joined');",
    ],
    'an error closes the connection': [
      REFUSE,
      "if (typeof message === 'string') socket.close(1008, message);",
    ],
    'the error listener is gone': ["  socket.on('error', () => socket.terminate());\n", ''],
  },
  'class.ts': {
    'who leaves keeps the name': [LEAVE, LEAVE.replace('delete', 'has')],
    'who left is still in the list': [
      LEAVE,
      `${LEAVE.replace('delete', 'has')}\n    Person.joined.delete(this.key);`,
    ],
    'only a proper goodbye counts': [
      "socket.on('close', () => this.leave());",
      "socket.on('close', (code) => code === 1000 && this.leave());",
    ],
  },
};
