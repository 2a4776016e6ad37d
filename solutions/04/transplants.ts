/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const BOTH = 'const people = other === socket ? [socket] : [socket, other];';
const SAY = "say(people, 'private', { from: name, to: names.get(other), message: received.message });";
const FIND = 'const other = find(received.to);';
const UNKNOWN = "if (!other) return refuse('unknown-user');";
const TAKEN = "if (owner && owner !== socket) return refuse('username-taken');";
const NOT_JOINED = '} else if (name === undefined) {';
const FORGET = 'if (person.name !== undefined) this.ids.delete(person.name.toLowerCase());';
const PARSE = "isBinary ? 'not-text' : parse(String(data))";

export const transplants: Transplants = {
  'one-map.ts': {
    'it goes to the sender alone': [BOTH, 'const people = [socket];'],
    'the sender is left out': [BOTH, 'const people = [other];'],
    'it is sent as a chat message': [
      SAY,
      "say(people, 'chat', { username: name, message: received.message });",
    ],
    'it does not say whom it is for': [SAY, SAY.replace('to: names.get(other), ', '')],
    'its time is a number': [
      SAY,
      "for (const one of people) one.send(JSON.stringify({ type: 'private', from: name, to: names.get(other), message: received.message, at: Date.now() }));",
    ],
    'it is sent to the name instead of the connection': [
      SAY,
      "for (const one of [received.to as never, socket]) one.send(JSON.stringify({ type: 'private', from: name, to: names.get(other), message: received.message, at: new Date() }));",
    ],
    'it goes to everyone who joined, and the page should hide it': [
      BOTH,
      'const people = [...names.keys()];',
    ],
    'it goes to everyone who is connected': [BOTH, 'const people = [...wss.clients];'],
    'it goes to those who have not joined, too': [
      BOTH,
      'const people = [...wss.clients].filter((one) => one === socket || one === other || !names.has(one));',
    ],
    'a third gets it after a wait': [
      SAY,
      `${SAY}
      setTimeout(() => say([...names.keys()], 'private', { from: '', to: received.to, message: received.message }), 20);`,
    ],
    'a third gets it as plain text': [
      SAY,
      `for (const one of names.keys()) if (!people.includes(one)) one.send(\`\${name} to \${received.to}: \${received.message}\`);
      ${SAY}`,
    ],
    'everyone is told what was written': [
      SAY,
      `say([...names.keys()], 'system', { message: \`\${name} whispers to \${received.to}: \${received.message}\`, usernames: [...names.values()] });
      ${SAY}`,
    ],
    'to oneself it comes twice': [BOTH, 'const people = [socket, other];'],
    'to oneself it is refused': [UNKNOWN, UNKNOWN.replace('!other', '!other || other === socket')],
    'the receiver gets it twice': [BOTH, 'const people = [socket, other, other];'],
    'each copy has a time of its own': [
      SAY,
      SAY.replace('say(people,', 'for (const one of people) say([one],'),
    ],
    'the sender is believed': [SAY, SAY.replace('from: name', 'from: JSON.parse(String(data)).from ?? name')],
    'the message is sent on with all its fields': [
      SAY,
      "say(people, 'private', { ...JSON.parse(String(data)), from: name, to: names.get(other) });",
    ],
    'the text is trimmed': [SAY, SAY.replace('received.message', 'received.message.trim()')],
    'the text is escaped for HTML': [
      SAY,
      SAY.replace('received.message', "received.message.replaceAll('<', '&lt;')"),
    ],
    'all speak with the name of the last who joined': [
      SAY,
      SAY.replace('from: name', 'from: [...names.values()].at(-1)'),
    ],
    'the name is looked up as it was typed': [
      FIND,
      'const other = [...names].find(([, one]) => one.toLowerCase() === received.to)?.[0];',
    ],
    'only the exact spelling is found': [
      FIND,
      'const other = [...names].find(([, one]) => one === received.to)?.[0];',
    ],
    '`to` is sent on as the sender typed it': [SAY, SAY.replace('names.get(other)', 'received.to')],
    '`to` comes back in lower case': [
      SAY,
      SAY.replace('names.get(other)', 'names.get(other)?.toLowerCase()'),
    ],
    'accents make no difference': [
      FIND,
      "const other = [...names].find(([, one]) => one.localeCompare(received.to, 'en', { sensitivity: 'base' }) === 0)?.[0];",
    ],
    'the name is not brought into one spelling': [FIND, 'const other = find(JSON.parse(String(data)).to);'],
    'who has not joined may write': [
      NOT_JOINED,
      "} else if (name === undefined && received.type === 'chat') {",
    ],
    'who has not joined writes as Anonymous': [
      'const name = names.get(socket);',
      "const name = names.get(socket) ?? (received.type === 'private' ? 'Anonymous' : undefined);",
    ],
    'the receiver is looked up before the sender': [
      NOT_JOINED,
      `} else if (received.type === 'private' && !find(received.to)) {
      refuse('unknown-user');
    ${NOT_JOINED}`,
    ],
    'a message to nobody is dropped in silence': [UNKNOWN, 'if (!other) return;'],
    'a message to nobody ends the server': [UNKNOWN, ''],
    'a message to nobody closes the connection': [
      UNKNOWN,
      "if (!other) return socket.close(1008, 'unknown-user');",
    ],
    'the error unknown-user goes to everyone': [
      UNKNOWN,
      "if (!other) return say([...names.keys()], 'error', { code: 'unknown-user', message: ERROR_TEXTS['unknown-user'] });",
    ],
    'who writes to nobody gets a copy all the same': [
      UNKNOWN,
      `if (!other) {
        refuse('unknown-user');
        return say([socket], 'private', { from: name, to: received.to, message: received.message });
      }`,
    ],
    'a part of the name is enough': [
      FIND,
      'const other = [...names].find(([, one]) => one.toLowerCase().startsWith(received.to.toLowerCase()))?.[0];',
    ],
    'a message to nobody waits for who takes the name': [
      UNKNOWN,
      `if (!other) {
        const waiting = setInterval(() => {
          const late = find(received.to);
          if (late) say([late], 'private', { from: name, to: received.to, message: received.message });
          if (late) clearInterval(waiting);
        }, 1);
        return refuse('unknown-user');
      }`,
    ],
    'the names are keys of an object': [
      FIND,
      `const table: Record<string, WebSocket> = {};
      for (const [one, own] of names) table[own.toLowerCase()] = one;
      const other = table[received.to.toLowerCase()];`,
    ],
    "the case of one's own name cannot change": [TAKEN, "if (owner) return refuse('username-taken');"],
    'a refused rename costs the old name': [
      TAKEN,
      "if (owner && owner !== socket) {\n        names.delete(socket);\n        return refuse('username-taken');\n      }",
    ],
    'only a goodbye counts as leaving': [
      "socket.on('close', () => {",
      "socket.on('close', (code) => {\n    if (code === 1006) return;",
    ],
    'the leaving is noticed and not announced': [
      "if (names.delete(socket)) tellOthers('Somebody left.');",
      'names.delete(socket);',
    ],
    'a receiver who is about to leave ends the server': [
      BOTH,
      `if (other.readyState !== WebSocket.OPEN) throw new Error('The receiver is not there.');\n      ${BOTH}`,
    ],
    'two may have the same name': [TAKEN, TAKEN.replace('owner !== socket', 'names.size > 99')],
    'what is not JSON ends the server': [PARSE, "isBinary ? 'not-text' : JSON.parse(String(data))"],
    'a binary message is read as text': [PARSE, 'parse(String(data))'],
    'who has not joined hears the chat': ["say([...names.keys()], 'chat'", "say([...wss.clients], 'chat'"],
    'the error listener is gone': ["  socket.on('error', () => {});\n", ''],
  },
  'class-of-ids.ts': {
    'each copy has a time of its own': ['received.message, at: now() };', 'received.message };'],
    'the old name stays after a rename': ['    this.forget(person);\n    this.ids.set', '    this.ids.set'],
    'the old name is taken out as it is spelled': [
      '    this.forget(person);\n    this.ids.set',
      '    if (person.name !== undefined) this.ids.delete(person.name);\n    this.ids.set',
    ],
    'a rename does not reach the second map': [
      '    this.forget(person);\n    this.ids.set',
      '    if (person.name === undefined) this.ids.set',
    ],
    'the new name is put in before the old one is taken out': [
      '    this.forget(person);\n    this.ids.set(name.toLowerCase(), person.id);\n',
      '    this.ids.set(name.toLowerCase(), person.id);\n    this.forget(person);\n',
    ],
    'a name that is taken leads to the next who asks for it': [
      "    if (owner !== person.id) return 'username-taken';\n",
      "    this.ids.set(name.toLowerCase(), person.id);\n    if (owner !== person.id) return 'username-taken';\n",
    ],
    'who leaves stays in the second map': [
      '    this.forget(person);\n    this.people.delete(person.id);',
      '    this.people.set(person.id, { ...person, name: undefined } as Person);',
    ],
    'who leaves is taken out as the name is spelled': [
      '    this.forget(person);\n    this.people.delete(person.id);',
      '    if (person.name !== undefined) this.ids.delete(person.name);\n    this.people.set(person.id, { ...person, name: undefined } as Person);',
    ],
    'who leaves takes the names of others along': [
      FORGET,
      `${FORGET}\n    if (person.name !== undefined) this.ids.delete(person.name.toLowerCase().replace('david', 'dave'));`,
    ],
  },
};
