import type { Mistake } from '#shared/course/mistake.ts';

const WHATEVER_ELSE = 'and whatever else people do';
const joining = 'who joins hears their own name, and the names of all who joined';
const others = 'those who joined before hear that somebody joined, and who is there';
const speaking = 'what one says goes to all who joined, under the name that the server keeps';
const outside = 'who has not joined hears nothing, and cannot speak';
const twins = 'no two have the same name, and alice is the same name as Alice';
const anyName = 'constructor and __proto__ are names like any other';
const renaming = 'to join again is to change the name, and the old one is free';
const leaving = 'when somebody leaves or vanishes, the others hear it, and the name is free';
const bad = 'what is no message gets an error, which only its sender sees';

const PARSE = "isBinary ? 'not-text' : parse(data.toString())";
const JOINED = "send(socket, { type: 'joined', username, usernames: [...names.values()], at: now() });";
const CHAT = "broadcast({ type: 'chat', username, message, at: now() });";
const SPEAK = 'chat(socket, received.message);';
const SEND_IF_OPEN = 'if (client !== except && client.readyState === WebSocket.OPEN) client.send(text);';
const REFUSE = "send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });";
const LEAVE = 'if (names.delete(socket)) announce(`${username} left.`);';
const SAME = 'name.toLowerCase() === username.toLowerCase()';

const TAKE = `  const before = names.get(socket);
  names.set(socket, username);
  ${JOINED}
  announce(before === undefined ? \`\${username} joined.\` : \`\${before} is now \${username}.\`, socket);
`;

const FIND_OWNER = `  for (const [socket, name] of names) {
    if (${SAME}) return socket;
  }
  return undefined;`;

const LEFT_IN_LIST =
  'The list still has the one who left. A Map forgets nothing by itself: first delete the name, then tell the others.';

export const mistakes: Mistake[] = [
  {
    name: 'nobody answers a join',
    test: joining,
    sentence: 'Who joins gets no answer. They must hear that it worked, and how the server spells the name.',
    find: `  ${JOINED}\n`,
    replace: '',
  },
  {
    name: 'the own name is not in the list',
    test: joining,
    sentence: 'The list lacks the name of the one who joined. Keep the name before you make the list.',
    find: `names.set(socket, username);\n  ${JOINED}`,
    replace: `${JOINED}\n  names.set(socket, username);`,
  },
  {
    name: 'the list is an iterator',
    test: joining,
    sentence:
      'The list arrives as {}. JSON has no Map and no iterator: make an array of it, with [...names.values()].',
    find: JOINED,
    replace: JOINED.replace('[...names.values()]', 'names.values()'),
  },
  {
    name: 'everyone gets "joined"',
    test: joining,
    sentence: 'The others get "joined", too. It is for the one who joined; the others get "system".',
    find: JOINED,
    replace: JOINED.replace('send(socket, ', 'broadcast('),
  },
  {
    name: 'the others do not hear of it',
    test: others,
    sentence: 'Those who are there do not learn that somebody joined.',
    find: '  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);\n',
    replace: '',
  },
  {
    name: 'the news goes to the one who joined, too',
    test: others,
    sentence: 'Who joins hears the news about themselves. It is for the others.',
    find: ' : `${before} is now ${username}.`, socket);',
    replace: ' : `${before} is now ${username}.`);',
  },
  {
    name: 'the news has no list',
    test: others,
    sentence: 'The news has no "usernames". A page should not have to search for names in a sentence.',
    find: "broadcast({ type: 'system', message, usernames: [...names.values()], at: now() }, except);",
    replace: "broadcast({ type: 'system', message, at: now() } as ServerMessage, except);",
  },
  {
    name: 'the reply goes to the sender only',
    test: speaking,
    sentence: 'Only the sender gets the message. It is for everyone who has joined.',
    find: CHAT,
    replace: CHAT.replace('broadcast(', 'send(socket, '),
  },
  {
    name: 'the sender is left out',
    test: speaking,
    sentence: 'The sender does not get the message. Everyone who has joined should.',
    find: CHAT,
    replace: CHAT.replace('now() }', 'now() }, socket'),
  },
  {
    name: 'the name in the message is believed',
    test: speaking,
    sentence:
      'Somebody wrote another name into a message, and spoke as somebody else. The connection says who speaks.',
    find: SPEAK,
    replace:
      "broadcast({ type: 'chat', username: names.get(socket) ?? '', message: received.message, ...JSON.parse(data.toString()), at: now() });",
  },
  {
    name: 'everyone speaks under the last name that joined',
    test: speaking,
    sentence: 'One variable for all keeps only the last name. Each connection needs its own.',
    find: 'function chat(socket: WebSocket, message: string): void {\n  const username = names.get(socket);',
    replace:
      'function chat(socket: WebSocket, message: string): void {\n  const username = [...names.values()].at(-1);',
  },
  {
    name: 'all fields are passed on',
    test: speaking,
    sentence:
      'Whatever the sender put into the message reaches the others. Name the fields that you pass on.',
    find: SPEAK,
    replace:
      "broadcast({ ...JSON.parse(data.toString()), type: 'chat', username: names.get(socket), at: now() });",
  },
  {
    name: 'the loop ends at a client that is closing',
    test: speaking,
    sentence: 'One client that is closing keeps the message from all who come after it. Skip it, and go on.',
    find: SEND_IF_OPEN,
    replace:
      'if (client.readyState !== WebSocket.OPEN) return;\n    if (client !== except) client.send(text);',
  },
  {
    name: 'to send to a client that is closing ends the server',
    test: speaking,
    sentence: 'The server crashed when it sent to a client that is closing. Send to those that are OPEN.',
    find: SEND_IF_OPEN,
    replace:
      'if (client === except) continue;\n    client.send(text, (error) => {\n      if (error) throw error;\n    });',
  },
  {
    name: 'who has not joined can listen',
    test: outside,
    sentence: 'Somebody who has not joined hears it all. Send to those who joined, not to all connections.',
    find: 'for (const client of names.keys()) {',
    replace: 'for (const client of wss.clients) {',
  },
  {
    name: 'who has not joined is Anonymous',
    test: outside,
    sentence: 'Somebody who has not joined can speak. They should get the error not-joined.',
    find: "if (username === undefined) refuse(socket, 'not-joined');\n  else broadcast({ type: 'chat', username,",
    replace: "broadcast({ type: 'chat', username: username ?? 'Anonymous',",
  },
  {
    name: 'who has not joined is ignored',
    test: outside,
    sentence: 'Somebody who has not joined speaks, and gets no answer. They should get the error not-joined.',
    find: "refuse(socket, 'not-joined');",
    replace: 'return;',
  },
  {
    name: 'everyone has a name from the start',
    test: outside,
    sentence: 'Who has only connected is counted as joined. They hear the others, and stand in the list.',
    find: "wss.on('connection', (socket) => {\n",
    replace: "wss.on('connection', (socket) => {\n  names.set(socket, 'Anonymous');\n",
  },
  {
    name: 'errors go to everyone',
    test: outside,
    sentence: 'Everyone got the error. It is for the one who sent the message.',
    find: REFUSE,
    replace: `${REFUSE}\n  ${REFUSE.replace('send(socket, ', 'broadcast(').replace('now() }', 'now() }, socket')}`,
  },
  {
    name: 'two people can have one name',
    test: twins,
    sentence: 'Two people have the same name. Before you keep a name, look whether somebody else has it.',
    find: 'if (owner !== undefined && owner !== socket) {',
    replace: 'if (owner === socket && owner !== socket) {',
  },
  {
    name: 'alice and Alice are two',
    test: twins,
    sentence: 'alice and Alice are here together. Compare names in lower case.',
    find: SAME,
    replace: 'name === username',
  },
  {
    name: 'all names become lower case',
    test: twins,
    sentence: 'Alice is shown as alice. Compare in lower case, and keep what she wrote.',
    find: 'join(socket, received.username);',
    replace: 'join(socket, received.username.toLowerCase());',
  },
  {
    name: 'names are compared as they were sent',
    test: twins,
    sentence:
      'A name with spaces around it passes as another name. `parse` gives the one spelling of a name.',
    find: 'join(socket, received.username);',
    replace: 'join(socket, JSON.parse(data.toString()).username);',
  },
  {
    name: 'the name is kept before it is refused',
    test: twins,
    sentence: 'Who was refused has joined all the same. First look, then keep the name.',
    find: "    refuse(socket, 'username-taken');\n",
    replace: "    refuse(socket, 'username-taken');\n    names.set(socket, username);\n",
  },
  {
    name: 'the server waits between looking and taking',
    test: twins,
    sentence:
      'Several asked at the same moment, and more than one got the name. Do not await between looking and taking.',
    find: TAKE,
    replace: `${TAKE.replace('  const before', '  setTimeout(() => {\n  const before')}  }, 50);\n`,
  },
  {
    name: 'names are the keys of an object',
    test: anyName,
    sentence: 'constructor is taken in an empty room: every object has it. Use a Map.',
    find: FIND_OWNER,
    replace: `  const owners: Record<string, WebSocket> = {};
  for (const [socket, name] of names) owners[name.toLowerCase()] = socket;
  return owners[username.toLowerCase()];`,
  },
  {
    name: 'names are the own keys of an object',
    test: anyName,
    sentence: 'Two people can be __proto__: an object does not keep this key. Use a Map.',
    find: FIND_OWNER,
    replace: `  const owners: Record<string, WebSocket> = {};
  for (const [socket, name] of names) owners[name.toLowerCase()] = socket;
  return Object.hasOwn(owners, username.toLowerCase()) ? owners[username.toLowerCase()] : undefined;`,
  },
  {
    name: 'names may have Latin letters only',
    test: anyName,
    sentence: 'A name in another script is refused. `parse` has decided already what a name is.',
    find: 'if (owner !== undefined && owner !== socket) {',
    replace: 'if ((owner !== undefined && owner !== socket) || !/^[\\w ]+$/.test(username)) {',
  },
  {
    name: 'a second join is refused',
    test: renaming,
    sentence: 'Who has joined cannot change the name. To join again is a rename.',
    find: 'if (owner !== undefined && owner !== socket) {',
    replace: 'if (owner !== undefined || names.has(socket)) {',
  },
  {
    name: 'nobody may change the case of their own name',
    test: renaming,
    sentence: 'ally cannot become ALLY: the name is taken, by ally. Ask whether somebody else has it.',
    find: 'if (owner !== undefined && owner !== socket) {',
    replace: 'if (owner !== undefined) {',
  },
  {
    name: 'the others do not hear of a new name',
    test: renaming,
    sentence: 'Somebody changed the name, and the others do not learn of it.',
    find: 'announce(before === undefined ?',
    replace: 'if (before === undefined) announce(before === undefined ?',
  },
  {
    name: 'the first name stays',
    test: renaming,
    sentence: 'After a rename messages come under the old name. Keep the new one.',
    find: 'names.set(socket, username);',
    replace: 'names.set(socket, names.get(socket) ?? username);',
  },
  {
    name: 'who is refused loses their name',
    test: renaming,
    sentence:
      'A new name was refused, and the old one is gone. Change nothing before you know that it works.',
    find: "    refuse(socket, 'username-taken');\n",
    replace: "    names.delete(socket);\n    refuse(socket, 'username-taken');\n",
  },
  {
    name: 'who leaves keeps the name',
    test: leaving,
    sentence: LEFT_IN_LIST,
    find: LEAVE,
    replace: 'if (names.has(socket)) announce(`${username} left.`);',
  },
  {
    name: 'nobody hears that somebody left',
    test: leaving,
    sentence: 'Somebody left, and the others do not learn of it.',
    find: LEAVE,
    replace: 'names.delete(socket);',
  },
  {
    name: 'who left is still in the list',
    test: leaving,
    sentence: LEFT_IN_LIST,
    find: LEAVE,
    replace: 'if (names.has(socket)) announce(`${username} left.`);\n    names.delete(socket);',
  },
  {
    name: 'only a proper goodbye counts',
    test: leaving,
    sentence:
      'Who vanishes without a goodbye keeps the name. The event comes for them, too, with the code 1006.',
    find: "socket.on('close', () => {",
    replace: "socket.on('close', (code) => {\n    if (code !== 1000) return;",
  },
  {
    name: 'who never joined is announced',
    test: leaving,
    sentence: 'The others hear that "undefined" left. Who has not joined comes and goes unnoticed.',
    find: LEAVE,
    replace: 'names.delete(socket);\n    announce(`${username} left.`);',
  },
  {
    name: 'binary is read as text',
    test: bad,
    sentence: 'A binary message was read as if it were a text. Look at isBinary before you read.',
    find: PARSE,
    replace: 'parse(data.toString())',
  },
  {
    name: 'a text that is no JSON ends the server',
    test: bad,
    sentence: 'One text that does not parse ended the server for everybody. JSON.parse throws.',
    find: PARSE,
    replace: "isBinary ? 'not-text' : JSON.parse(data.toString()) && parse(data.toString())",
  },
  {
    name: 'null ends the server',
    test: bad,
    sentence: 'The text null ended the server. It is JSON, and it has no fields.',
    find: PARSE,
    replace:
      "isBinary ? 'not-text' : parse(data.toString()) === 'not-json' || JSON.parse(data.toString()).type ? parse(data.toString()) : 'bad-message'",
  },
  {
    name: 'not-joined comes first',
    test: bad,
    sentence:
      'Somebody who has not joined sent nonsense, and got not-joined. The first code that applies counts.',
    find: "if (typeof received === 'string') refuse(socket, received);",
    replace:
      "if (typeof received === 'string') refuse(socket, names.has(socket) || received === 'bad-username' ? received : 'not-joined');",
  },
  {
    name: 'an error closes the connection',
    test: bad,
    sentence: 'The server hangs up after an error. The connection stays open.',
    find: "if (typeof received === 'string') refuse(socket, received);",
    replace: "if (typeof received === 'string') socket.close(1008, received);",
  },
  {
    name: 'the error listener is gone',
    test: bad,
    sentence: 'One broken frame ended the server for everybody: the socket needs a listener for "error".',
    find: "  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));\n",
    replace: '',
  },
  {
    name: 'the list has room for eight names',
    test: WHATEVER_ELSE,
    sentence: 'Where nine have joined, one of them is missing in the list of names. It has no end.',
    find: "{ type: 'system', message, usernames: [...names.values()], at: now() }",
    replace: "{ type: 'system', message, usernames: [...names.values()].slice(-8), at: now() }",
  },
];
