import type { Mistake } from '#shared/course/mistake.ts';

const WHATEVER_ELSE = 'and whatever else people do';
const REACHES_BOTH = 'a private message reaches the one it is for, and the one who wrote it';
const NOBODY_ELSE = 'nobody else gets it: not who joined, and not who only connected';
const ONCE = 'each of the two gets it once, and a message to oneself arrives once';
const ONE_TIME = 'both copies of a message carry the same time';
const AS_WRITTEN = 'the text comes as it was written, and `from` is the name that the server keeps';
const ANY_CASE = 'a name is found in any case, and comes back as its owner spells it';
const ERRORS = 'who has not joined, or writes to nobody, gets an error, and nobody else does';
const RENAME = 'after a rename the new name is found, and the old one is not';
const LEFT = 'who has left is not found, also when the connection was cut';
const AS_BEFORE = 'names, chat and errors are as in lesson 04';

const BOTH = 'for (const person of new Set([receiver.socket, socket])) person.send(text);';
const FIND = 'const receiver = people.get(to.toLowerCase());';
const ROUTE = 'whisper(socket, received.to, received.message);';
const NOT_JOINED = `  if (from === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
`;
const UNKNOWN = `  if (receiver === undefined) {
    refuse(socket, 'unknown-user');
    return;
  }
`;

const STILL_THERE =
  'Bob has left, and his name still leads to his connection. Delete it in both maps, and as the key is written: in lower case.';
const LOST_BY_RENAME =
  'Robert asked for another name, and now nobody finds him. First look whether it is free, then delete the old one, then set the new one.';

export const mistakes: Mistake[] = [
  {
    name: 'it goes to the sender alone',
    test: REACHES_BOTH,
    sentence: 'Only the sender got the message. The one it is for must get it, too.',
    find: BOTH,
    replace: 'for (const person of [socket]) person.send(text);',
  },
  {
    name: 'the sender is left out',
    test: REACHES_BOTH,
    sentence: 'The sender got nothing back, and cannot know whether and when the message was sent.',
    find: BOTH,
    replace: 'for (const person of [receiver.socket]) person.send(text);',
  },
  {
    name: 'it is sent as a chat message',
    test: REACHES_BOTH,
    sentence:
      'The message came as "chat". A page cannot tell then that it is private: its type is "private".',
    find: "{ type: 'private', from, to: receiver.username, message, at: now() };",
    replace: "{ type: 'chat', username: from, message, at: now() };",
  },
  {
    name: 'it does not say whom it is for',
    test: REACHES_BOTH,
    sentence: 'The message has no "to". A page needs it to show the message in the right conversation.',
    find: 'from, to: receiver.username, message, at: now() }',
    replace: 'from, message, at: now() }',
  },
  {
    name: 'its time is a number',
    test: REACHES_BOTH,
    sentence:
      'The time is a number. The protocol wants a text in ISO 8601: toISOString() of a Date gives it.',
    find: 'from, to: receiver.username, message, at: now() }',
    replace: 'from, to: receiver.username, message, at: Date.now() }',
  },
  {
    name: 'it is sent to the name instead of the connection',
    test: REACHES_BOTH,
    sentence:
      'The server crashed: a name is a text and has no send(). Look up the connection of this name first.',
    find: BOTH,
    replace: 'for (const person of new Set([to, socket])) person.send(text);',
  },
  {
    name: 'it goes to everyone who joined, and the page should hide it',
    test: NOBODY_ELSE,
    sentence: 'A third got the message. What has been sent to a browser, its user can read.',
    find: BOTH,
    replace: 'for (const person of usernames.keys()) person.send(text);',
  },
  {
    name: 'it goes to everyone who is connected',
    test: NOBODY_ELSE,
    sentence: 'Everyone got the message, also who has not joined. Send it to two connections.',
    find: BOTH,
    replace: 'for (const person of wss.clients) person.send(text);',
  },
  {
    name: 'it goes to those who have not joined, too',
    test: NOBODY_ELSE,
    sentence: 'Somebody got the message who had not joined. wss.clients has those, too.',
    find: BOTH,
    replace:
      'for (const person of [...wss.clients].filter((one) => one === socket || one === receiver.socket || !usernames.has(one))) person.send(text);',
  },
  {
    name: 'a third gets it after a wait',
    test: NOBODY_ELSE,
    sentence: 'A third got the message a little later. Who may see it does not depend on when.',
    find: ROUTE,
    replace: `{
      whisper(socket, received.to, received.message);
      const { to, message } = received;
      setTimeout(() => broadcast({ type: 'private', from: '', to, message, at: now() }), 20);
    }`,
  },
  {
    name: 'a third gets it as plain text',
    test: NOBODY_ELSE,
    sentence: 'A third got the words as plain text. That they are no JSON does not hide them.',
    find: BOTH,
    replace: `for (const other of usernames.keys()) {
    if (other !== socket && other !== receiver.socket) other.send(\`\${from} to \${to}: \${message}\`);
  }
  ${BOTH}`,
  },
  {
    name: 'everyone is told what was written',
    test: NOBODY_ELSE,
    sentence: 'A system message told everyone what was written in private.',
    find: BOTH,
    replace: `announce(\`\${from} whispers to \${to}: \${message}\`);\n  ${BOTH}`,
  },
  {
    name: 'to oneself it comes twice',
    test: ONCE,
    sentence: 'Who wrote to themselves got the message twice: sender and receiver are the same connection.',
    find: BOTH,
    replace: 'for (const person of [receiver.socket, socket]) person.send(text);',
  },
  {
    name: 'to oneself it is refused',
    test: ONCE,
    sentence: 'A message to oneself was refused. It is allowed: many people write notes to themselves.',
    find: `${FIND}\n  if (receiver === undefined) {`,
    replace: `${FIND}\n  if (receiver === undefined || receiver.socket === socket) {`,
  },
  {
    name: 'the receiver gets it twice',
    test: ONCE,
    sentence: 'The receiver got the message twice.',
    find: BOTH,
    replace: 'for (const person of [receiver.socket, receiver.socket, socket]) person.send(text);',
  },
  {
    name: 'each copy has a time of its own',
    test: ONE_TIME,
    sentence: 'The two copies of one message had two times. Make the message once, and send it to both.',
    find: BOTH,
    replace: `for (const person of new Set([receiver.socket, socket])) {
    send(person, { type: 'private', from, to: receiver.username, message, at: now() });
  }`,
  },
  {
    name: 'the sender is believed',
    test: AS_WRITTEN,
    sentence: 'alice said that she is carol, and was believed. Take `from` from what the server keeps.',
    find: ROUTE,
    replace: `{
      const claimed = JSON.parse(data.toString()).from;
      const before = usernames.get(socket);
      if (claimed && before) usernames.set(socket, claimed);
      whisper(socket, received.to, received.message);
      if (claimed && before) usernames.set(socket, before);
    }`,
  },
  {
    name: 'the message is sent on with all its fields',
    test: AS_WRITTEN,
    sentence: 'All fields of the message were sent on, also those that are not in the protocol.',
    find: ROUTE,
    replace: `{
      const owner = people.get(received.to.toLowerCase());
      const from = usernames.get(socket);
      if (!owner || !from) whisper(socket, received.to, received.message);
      else {
        const copy = { ...JSON.parse(data.toString()), from, to: owner.username, at: now() };
        for (const person of new Set([owner.socket, socket])) send(person, copy);
      }
    }`,
  },
  {
    name: 'the text is trimmed',
    test: AS_WRITTEN,
    sentence: 'The text lost its spaces. A message arrives as it was written.',
    find: ROUTE,
    replace: 'whisper(socket, received.to, received.message.trim());',
  },
  {
    name: 'the text is escaped for HTML',
    test: AS_WRITTEN,
    sentence: 'The text was changed: < became &lt;. A server sends text, and the page shows it as text.',
    find: ROUTE,
    replace: "whisper(socket, received.to, received.message.replaceAll('<', '&lt;'));",
  },
  {
    name: 'all speak with the name of the last who joined',
    test: REACHES_BOTH,
    sentence: 'The message has the name of the last who joined. Each connection has a name of its own.',
    find: 'const from = usernames.get(socket);',
    replace: 'const from = [...usernames.values()].at(-1);',
  },
  {
    name: 'the name is looked up as it was typed',
    test: ANY_CASE,
    sentence: 'alice wrote to "Bob", and Bob was not found: the key of the map is in lower case.',
    find: FIND,
    replace: 'const receiver = people.get(to);',
  },
  {
    name: 'only the exact spelling is found',
    test: ANY_CASE,
    sentence: 'Alice wrote to "bob", and Bob was not found. Upper and lower case are the same name.',
    find: FIND,
    replace: 'const receiver = [...people.values()].find((one) => one.username === to);',
  },
  {
    name: '`to` is sent on as the sender typed it',
    test: ANY_CASE,
    sentence:
      'Both saw "bob", but Bob spells his name with a capital B. Send the name that the server keeps.',
    find: 'to: receiver.username',
    replace: 'to',
  },
  {
    name: '`to` comes back in lower case',
    test: ANY_CASE,
    sentence: 'Both saw "bob", which is the key of the map. People see the name as its owner spells it.',
    find: 'to: receiver.username',
    replace: 'to: receiver.username.toLowerCase()',
  },
  {
    name: 'accents make no difference',
    test: ANY_CASE,
    sentence: 'Zoé and zoe are two names. Only upper and lower case make no difference.',
    find: FIND,
    replace: `const receiver = [...people.values()].find(
    (one) => one.username.localeCompare(to, 'en', { sensitivity: 'base' }) === 0,
  );`,
  },
  {
    name: 'the name is not brought into one spelling',
    test: ANY_CASE,
    sentence: 'Alice wrote to " bob ", and Bob was not found. `parse` gives the name in the one spelling.',
    find: ROUTE,
    replace: 'whisper(socket, JSON.parse(data.toString()).to, received.message);',
  },
  {
    name: 'who has not joined may write',
    test: ERRORS,
    sentence: 'Somebody without a name wrote to bob. Who has not joined gets the error not-joined.',
    find: NOT_JOINED,
    replace: '',
  },
  {
    name: 'who has not joined writes as Anonymous',
    test: ERRORS,
    sentence: 'Somebody without a name wrote to bob as Anonymous. They should get the error not-joined.',
    find: 'const from = usernames.get(socket);',
    replace: "const from = usernames.get(socket) ?? 'Anonymous';",
  },
  {
    name: 'the receiver is looked up before the sender',
    test: ERRORS,
    sentence:
      'Who has not joined learned that nobody has this name. The first error that applies is not-joined.',
    find: `  const from = usernames.get(socket);
${NOT_JOINED}  ${FIND}
${UNKNOWN}`,
    replace: `  ${FIND}
${UNKNOWN}  const from = usernames.get(socket);
${NOT_JOINED}`,
  },
  {
    name: 'a message to nobody is dropped in silence',
    test: ERRORS,
    sentence:
      'The sender heard nothing, and cannot tell a typing error from a slow friend: send unknown-user.',
    find: UNKNOWN,
    replace: '  if (receiver === undefined) return;\n',
  },
  {
    name: 'a message to nobody ends the server',
    test: ERRORS,
    sentence: 'The server crashed, since there was no connection to send to. Nobody may have that name.',
    find: UNKNOWN,
    replace: '',
  },
  {
    name: 'a message to nobody closes the connection',
    test: ERRORS,
    sentence: 'The server hung up because of a wrong name. Answer with an error, and stay connected.',
    find: "refuse(socket, 'unknown-user');",
    replace: "socket.close(1008, 'unknown-user');",
  },
  {
    name: 'the error unknown-user goes to everyone',
    test: ERRORS,
    sentence: 'Everyone heard that alice wrote to nobody. The error is for her.',
    find: "refuse(socket, 'unknown-user');",
    replace: "for (const one of usernames.keys()) refuse(one, 'unknown-user');",
  },
  {
    name: 'who writes to nobody gets a copy all the same',
    test: ERRORS,
    sentence: 'The sender got the message back, and it reached nobody. Send the error alone.',
    find: "refuse(socket, 'unknown-user');",
    replace:
      "refuse(socket, 'unknown-user');\n    send(socket, { type: 'private', from, to, message, at: now() });",
  },
  {
    name: 'a part of the name is enough',
    test: ERRORS,
    sentence: 'A message to "bo" reached bob. A private message must not reach somebody who was not meant.',
    find: FIND,
    replace: 'const receiver = [...people].find(([key]) => key.startsWith(to.toLowerCase()))?.[1];',
  },
  {
    name: 'a message to nobody waits for who takes the name',
    test: ERRORS,
    sentence: 'Somebody took a name, and got what had been written to it before. It was not for them.',
    find: "refuse(socket, 'unknown-user');",
    replace: `refuse(socket, 'unknown-user');
    const waiting = setInterval(() => {
      const late = people.get(to.toLowerCase());
      if (late) send(late.socket, { type: 'private', from, to, message, at: now() });
      if (late) clearInterval(waiting);
    }, 1);`,
  },
  {
    name: 'the names are keys of an object',
    test: ERRORS,
    sentence: '"constructor" was found though nobody has the name: every object has such keys. Use a Map.',
    find: 'const people = new Map<string, { socket: WebSocket; username: string }>();',
    replace: `const table: Record<string, { socket: WebSocket; username: string }> = {};
const people = {
  get: (name: string) => table[name],
  set(name: string, person: { socket: WebSocket; username: string }) {
    table[name] = person;
  },
  delete: (name: string) => delete table[name],
};`,
  },
  {
    name: 'the old name stays after a rename',
    test: RENAME,
    sentence: "bob's old name still leads to him. A rename takes the old name out of the map.",
    find: '  if (before !== undefined) people.delete(before.toLowerCase());\n',
    replace: '',
  },
  {
    name: 'the old name is taken out as it is spelled',
    test: RENAME,
    sentence:
      "Bob's old name still leads to him: the map has it in lower case, and that is the key to delete.",
    find: 'people.delete(before.toLowerCase())',
    replace: 'people.delete(before)',
  },
  {
    name: 'a rename does not reach the second map',
    test: RENAME,
    sentence: 'bob has a new name, and nobody finds him under it: the second map knows the old one only.',
    find: '  people.set(username.toLowerCase(), { socket, username });',
    replace: '  if (before === undefined) people.set(username.toLowerCase(), { socket, username });',
  },
  {
    name: 'the new name is put in before the old one is taken out',
    test: RENAME,
    sentence: LOST_BY_RENAME,
    find: '  people.set(username.toLowerCase(), { socket, username });',
    replace:
      '  people.set(username.toLowerCase(), { socket, username });\n  if (before !== undefined) people.delete(before.toLowerCase());',
  },
  {
    name: "the case of one's own name cannot change",
    test: RENAME,
    sentence: 'Robert asked for ROBERT, and was told that the name is taken. He has it himself.',
    find: 'if (owner !== undefined && owner.socket !== socket) {',
    replace: 'if (owner !== undefined) {',
  },
  {
    name: 'a refused rename costs the old name',
    test: RENAME,
    sentence: LOST_BY_RENAME,
    find: '  if (owner !== undefined && owner.socket !== socket) {\n',
    replace:
      "  if (owner !== undefined && owner.socket !== socket) {\n    people.delete(usernames.get(socket)?.toLowerCase() ?? '');\n",
  },
  {
    name: 'a name that is taken leads to the next who asks for it',
    test: RENAME,
    sentence:
      'Robert asked for the name of alice, and got her messages. Change the map after the last check.',
    find: '  if (owner !== undefined && owner.socket !== socket) {\n',
    replace:
      '  people.set(username.toLowerCase(), { socket, username });\n  if (owner !== undefined && owner.socket !== socket) {\n',
  },
  {
    name: 'who leaves stays in the second map',
    test: LEFT,
    sentence: STILL_THERE,
    find: '    people.delete(username.toLowerCase());\n',
    replace: '',
  },
  {
    name: 'who leaves is taken out as the name is spelled',
    test: LEFT,
    sentence: STILL_THERE,
    find: '    people.delete(username.toLowerCase());\n',
    replace: '    people.delete(username);\n',
  },
  {
    name: 'only a goodbye counts as leaving',
    test: LEFT,
    sentence: "A connection that was cut still has its name. 'close' comes then, too, with the code 1006.",
    find: "  socket.on('close', () => {\n",
    replace: "  socket.on('close', (code) => {\n    if (code === 1006) return;\n",
  },
  {
    name: 'who leaves takes the names of others along',
    test: LEFT,
    sentence: 'David left, and Dave was not found any more: the server deleted the name that he had before.',
    find: '    people.delete(username.toLowerCase());\n',
    replace: `    people.delete(username.toLowerCase());
    people.delete(username.toLowerCase().replace('david', 'dave'));\n`,
  },
  {
    name: 'the leaving is noticed and not announced',
    test: LEFT,
    sentence: 'Nobody heard that bob has left. That was so in lesson 04, and should stay so.',
    find: '    announce(`${username} left.`);\n',
    replace: '',
  },
  {
    name: 'a receiver who is about to leave ends the server',
    test: LEFT,
    sentence:
      'The server crashed at a message to somebody whose connection was closing. Send nothing, and go on.',
    find: BOTH,
    replace: `if (receiver.socket.readyState !== WebSocket.OPEN) throw new Error('The receiver is not there.');
  ${BOTH}`,
  },
  {
    name: 'to write to who is leaving gets no answer',
    test: LEFT,
    sentence:
      'Who wrote to somebody whose connection was closing got no answer. Send the copy to the one who wrote all the same.',
    find: BOTH,
    replace: `if (receiver.socket.readyState !== WebSocket.OPEN) return;
  ${BOTH}`,
  },
  {
    name: 'to write to who is leaving is an error',
    test: LEFT,
    sentence:
      'Who wrote to somebody whose connection was closing got an error. Until it is closed the name is still theirs: send the copy to the one who wrote.',
    find: BOTH,
    replace: `if (receiver.socket.readyState !== WebSocket.OPEN) {
    refuse(socket, 'unknown-user');
    return;
  }
  ${BOTH}`,
  },
  {
    name: 'two may have the same name',
    test: RENAME,
    sentence: 'A name that is taken was given away once more, and its owner gets no more messages.',
    find: 'if (owner !== undefined && owner.socket !== socket) {',
    replace: 'if (owner === undefined && usernames.size > 99) {',
  },
  {
    name: 'what is not JSON ends the server',
    test: AS_WRITTEN,
    sentence:
      'The server crashed: JSON.parse throws at what is no JSON. `parse` gives an error code instead.',
    find: "const received = isBinary ? 'not-text' : parse(data.toString());",
    replace:
      "const received = isBinary ? 'not-text' : (JSON.parse(data.toString()) as Exclude<ReturnType<typeof parse>, string>);",
  },
  {
    name: 'a binary message is read as text',
    test: AS_BEFORE,
    sentence: 'A binary message was taken for a chat message. Look at isBinary first.',
    find: "isBinary ? 'not-text' : parse(data.toString())",
    replace: 'isBinary ? parse(data.toString()) : parse(data.toString())',
  },
  {
    name: 'who has not joined hears the chat',
    test: AS_BEFORE,
    sentence: 'Who has not joined got a chat message.',
    find: 'for (const socket of usernames.keys()) {',
    replace: 'for (const socket of wss.clients) {',
  },
  {
    name: 'the error listener is gone',
    test: AS_BEFORE,
    sentence: 'One broken frame ended the server for everybody: the socket needs a listener for "error".',
    find: "  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));\n",
    replace: '',
  },
  {
    name: 'a private text is written in another way',
    test: WHATEVER_ELSE,
    sentence:
      'A private message arrives in other code points than it was sent in. Pass it on as it is, without normalize().',
    find: 'to: receiver.username, message, at: now() }',
    replace: 'to: receiver.username, message: message.normalize(), at: now() }',
  },
];
