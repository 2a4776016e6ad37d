import type { Mistake } from '#shared/course/mistake.ts';

const WHATEVER_ELSE = 'and whatever else people do';
const welcome = 'a newcomer gets a welcome that says how many are online';
const others = 'the others hear that somebody came, and how many are online now';
const everyone = 'what is said goes to everyone, the sender too, in one order';
const anonymous = 'who sends no name, or an empty one, is Anonymous';
const leaving = 'those who stay hear that somebody left, and how many are online now';
const onlyKnown = 'nothing but the name and the message is passed on';
const bad = 'what is no message gets an error, which only its sender sees';
const closing = 'a client that is closing does not keep a message from the others';
const broken = 'a frame that breaks the protocol ends its own connection, and no other';

const CHAT = "broadcast({ type: 'chat', username: received.username, message: received.message, at });";
const ERROR = "send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });";
const PARSE = "isBinary ? 'not-text' : parse(data.toString())";

const HANDLER = `socket.on('message', (data, isBinary) => {
    const at = now();
    const received = ${PARSE};
    if (typeof received === 'string') {
      ${ERROR}
    } else {
      ${CHAT}`;

export const mistakes: Mistake[] = [
  {
    name: 'the newcomer is not counted',
    test: welcome,
    sentence: 'The first one here is told that nobody is online. The newcomer counts, too.',
    find: 'const online = wss.clients.size;',
    replace: 'const online = wss.clients.size - 1;',
  },
  {
    name: 'the number is in the text only',
    test: welcome,
    sentence: 'The welcome has no "online". A page should not have to look for the number in a sentence.',
    find: ' user(s) online`, online, at: now() };',
    replace: ' user(s) online`, at: now() } as ServerMessage;',
  },
  {
    name: 'the welcome goes to everyone',
    test: others,
    sentence: 'Those who were here already get a second welcome. It is for the newcomer alone.',
    find: "send(socket, news('Welcome!'));",
    replace: "broadcast(news('Welcome!'));",
  },
  {
    name: 'the newcomer is told about itself',
    test: others,
    sentence: 'The newcomer hears "A new user joined" about itself. That is for the others.',
    find: "broadcast(news('A new user joined.'), socket);",
    replace: "broadcast(news('A new user joined.'));",
  },
  {
    name: 'the others do not hear of a newcomer',
    test: others,
    sentence: 'Only the newcomer learns how many are online. The others should, too.',
    find: "  broadcast(news('A new user joined.'), socket);\n",
    replace: '',
  },
  {
    name: 'the state is compared with a text',
    test: others,
    sentence: 'Nobody gets anything: readyState is a number. WebSocket.OPEN is 1.',
    find: 'client.readyState === WebSocket.OPEN',
    replace: "(client.readyState as unknown) === 'OPEN'",
  },
  {
    name: 'the reply goes to the sender only',
    test: everyone,
    sentence: 'Only the sender gets the message. That is an echo: send it to every client in the set.',
    find: CHAT,
    replace: "send(socket, { type: 'chat', username: received.username, message: received.message, at });",
  },
  {
    name: 'the sender is left out',
    test: everyone,
    sentence: 'The sender does not get the message. Everyone should: it shows that it arrived, and when.',
    find: CHAT,
    replace: CHAT.replace(');', ', socket);'),
  },
  {
    name: 'the bytes are passed on as they came',
    test: everyone,
    sentence:
      'The others get a binary message, without a type and a time. `data` is a Buffer, for a text, too.',
    find: CHAT,
    replace: 'for (const client of wss.clients) client.send(data);',
  },
  {
    name: 'the text is encoded twice',
    test: others,
    sentence: 'The message is JSON inside of JSON: a text, not an object. Encode it once.',
    find: 'client.send(text);',
    replace: 'client.send(JSON.stringify(text));',
  },
  {
    name: 'the sender gets it first, the others later',
    test: everyone,
    sentence: 'Not everyone sees the messages in the same order. Send each to all in one go.',
    find: CHAT,
    replace: `const chat = { type: 'chat', username: received.username, message: received.message, at } as const;
      send(socket, chat);
      setTimeout(() => broadcast(chat, socket), 50);`,
  },
  {
    name: 'the time is taken when the client connects',
    test: everyone,
    sentence:
      'The time of a message is the time of the connection. Look at the clock when the message arrives.',
    find: "  socket.on('message', (data, isBinary) => {\n    const at = now();",
    replace: "  const at = now();\n  socket.on('message', (data, isBinary) => {",
  },
  {
    name: 'the text is made safe for HTML',
    test: everyone,
    sentence: 'The message was changed on its way. To show a text as text is the work of the page.',
    find: 'message: received.message, at',
    replace: "message: received.message.replaceAll('<', '&lt;'), at",
  },
  {
    name: 'the server remembers a name',
    test: anonymous,
    sentence: 'Who sends no name speaks under the name that they used before. Each message has its own.',
    find: HANDLER,
    replace: `let name = 'Anonymous';\n  ${HANDLER.replace(
      CHAT,
      `if (received.username !== 'Anonymous') name = received.username;
      broadcast({ type: 'chat', username: name, message: received.message, at });`,
    )}`,
  },
  {
    name: 'JSON.parse is believed',
    test: anonymous,
    sentence: 'A message without a name has no name when it arrives. Use what `parse` gives.',
    find: PARSE,
    replace:
      "isBinary ? ('not-text' as 'not-text' | { username: string; message: string }) : JSON.parse(data.toString())",
  },
  {
    name: 'a name is cut',
    test: anonymous,
    sentence: 'A name of 20 characters arrives shorter. It may have up to 20.',
    find: 'username: received.username,',
    replace: 'username: received.username.slice(0, 19),',
  },
  {
    name: 'nobody hears that somebody left',
    test: leaving,
    sentence: 'The others do not learn that somebody left. Each socket has an event for that.',
    find: "  socket.on('close', () => broadcast(news('A user left.')));\n",
    replace: '',
  },
  {
    name: 'who left is still counted',
    test: leaving,
    sentence: 'The one who left is still in the number. Take them out of the set before you count.',
    find: 'const online = wss.clients.size;',
    replace: "const online = wss.clients.size + (what === 'A user left.' ? 1 : 0);",
  },
  {
    name: 'only a proper goodbye counts',
    test: leaving,
    sentence:
      'Who vanishes without a goodbye is never missed. The event comes for them, too, with the code 1006.',
    find: "socket.on('close', () => broadcast(news('A user left.')));",
    replace: "socket.on('close', (code) => code === 1000 && broadcast(news('A user left.')));",
  },
  {
    name: 'all fields are passed on',
    test: onlyKnown,
    sentence:
      'Whatever the sender put into the message reaches the others. Name the fields that you pass on.',
    find: "broadcast({ type: 'chat', username",
    replace: "broadcast({ ...JSON.parse(data.toString()), type: 'chat', at, username",
  },
  {
    name: "the sender's fields win over the server's",
    test: onlyKnown,
    sentence: 'A message that says {"type":"system"} becomes one of the server. The server decides the type.',
    find: "broadcast({ type: 'chat', username",
    replace: "broadcast({ type: 'chat', ...JSON.parse(data.toString()), username",
  },
  {
    name: 'binary is read as text',
    test: bad,
    sentence: 'A binary message was passed on as if it were a text. Look at isBinary before you read.',
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
      "isBinary ? 'not-text' : parse(data.toString()) === 'not-json' || JSON.parse(data.toString()).message ? parse(data.toString()) : 'bad-message'",
  },
  {
    name: 'one try around everything takes null for no JSON',
    test: bad,
    sentence: 'null gets the error not-json, but it is JSON. Put nothing but JSON.parse into the try.',
    find: PARSE,
    replace: "isBinary ? 'not-text' : data.toString() === 'null' ? 'not-json' : parse(data.toString())",
  },
  {
    name: 'the error goes to everyone',
    test: bad,
    sentence: 'Everyone got the error. It is for the one who sent the message.',
    find: ERROR,
    replace: ERROR.replace('send(socket, ', 'broadcast('),
  },
  {
    name: 'the error is a plain text',
    test: bad,
    sentence: 'The error is plain text. Each message of the server is one JSON object with a type.',
    find: ERROR,
    replace: 'socket.send(`${ERROR_TEXTS[received]} ${at}`);',
  },
  {
    name: 'bad messages are ignored',
    test: bad,
    sentence: 'The sender hears nothing after a bad message, and cannot know what is wrong.',
    find: ERROR,
    replace: 'return;',
  },
  {
    name: 'a bad message closes the connection',
    test: bad,
    sentence: 'The server hangs up after a bad message. Answer with an error, and stay connected.',
    find: ERROR,
    replace: 'socket.close(1008, at);',
  },
  {
    name: 'what was refused is passed on all the same',
    test: bad,
    sentence: 'The message was refused, and then it went to everyone. Stop after the error.',
    find: ERROR,
    replace: `${ERROR}
      broadcast({ type: 'chat', username: 'Anonymous', message: data.toString(), at });`,
  },
  {
    name: 'the loop ends at a client that is closing',
    test: closing,
    sentence: 'One client that is closing keeps the message from all who come after it. Skip it, and go on.',
    find: 'if (client !== except && client.readyState === WebSocket.OPEN) client.send(text);',
    replace:
      'if (client.readyState !== WebSocket.OPEN) return;\n    if (client !== except) client.send(text);',
  },
  {
    name: 'to send to a client that is closing ends the server',
    test: closing,
    sentence: 'The server crashed when it sent to a client that is closing. Send to those that are OPEN.',
    find: 'if (client !== except && client.readyState === WebSocket.OPEN) client.send(text);',
    replace:
      'if (client === except) continue;\n    client.send(text, (error) => {\n      if (error) throw error;\n    });',
  },
  {
    name: 'the error listener is gone',
    test: broken,
    sentence: 'One broken frame ended the server for everybody: the socket needs a listener for "error".',
    find: "  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));\n",
    replace: '',
  },
  {
    name: 'who breaks the protocol leaves twice',
    test: broken,
    sentence: 'Two messages say that one user left. After an "error" there comes a "close", too.',
    find: "socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));",
    replace: "socket.on('error', () => broadcast(news('A user left.')));",
  },
  {
    name: 'a text is written in another way',
    test: WHATEVER_ELSE,
    sentence:
      'What is said arrives in other code points than it was sent in. Pass it on as it is, without normalize().',
    find: 'message: received.message, at',
    replace: 'message: received.message.normalize(), at',
  },
];
