import type { Mistake } from '#shared/course/mistake.ts';

const WHATEVER_ELSE = 'and whatever else people do';

export const mistakes: Mistake[] = [
  {
    name: 'the welcome is still plain text',
    test: 'a client that connects gets a welcome as JSON, with a message',
    sentence: 'The welcome is plain text. From now on each message is one JSON object with a type.',
    find: "send(socket, { type: 'welcome', message: GREETING, at: new Date().toISOString() });",
    replace: 'socket.send(GREETING);',
  },
  {
    name: 'the welcome has no time',
    test: 'the welcome has the time, in UTC with milliseconds',
    sentence: 'The welcome has no "at". Each message of the server says when it was written.',
    find: ', at: new Date().toISOString() });\n});',
    replace: ", at: '' });\n});",
  },
  {
    name: 'the time is a number',
    test: 'each echo has the time at which its text arrived',
    sentence:
      'The time is a number. The protocol wants a text in ISO 8601: toISOString() of a Date gives it.',
    find: 'const at = new Date().toISOString();',
    replace: 'const at = Date.now();',
  },
  {
    name: 'the time is in the local zone',
    test: 'each echo has the time at which its text arrived',
    sentence: 'The time is in the zone of the server. A reader elsewhere cannot know which: write it in UTC.',
    find: 'const at = new Date().toISOString();',
    replace: 'const at = new Date().toLocaleString();',
  },
  {
    name: 'the time has no milliseconds',
    test: 'each echo has the time at which its text arrived',
    sentence: 'The time has no milliseconds: two messages of one second would look as if they came together.',
    find: 'const at = new Date().toISOString();',
    replace: "const at = new Date().toISOString().replace(/\\.\\d+/, '');",
  },
  {
    name: 'the time is taken when the client connects',
    test: 'each echo has the time at which its text arrived',
    sentence: 'All echoes have the time of the connection. Look at the clock when the message arrives.',
    find: "  socket.on('message', (data, isBinary) => {\n    const at = new Date().toISOString();",
    replace: "  const at = new Date().toISOString();\n  socket.on('message', (data, isBinary) => {",
  },
  {
    name: 'the echo keeps the prefix of lesson 01',
    test: 'a text comes back as an echo in JSON, exactly as it was',
    sentence:
      'The echo begins with "Echo: ". The type says now that it is an echo; the message is the text as it was.',
    find: 'message: data.toString()',
    replace: 'message: `Echo: ${data}`',
  },
  {
    name: 'the message is a Buffer',
    test: 'a text comes back as an echo in JSON, exactly as it was',
    sentence:
      'The message is a list of bytes. `data` is a Buffer, also for a text: toString() makes it a text.',
    find: 'message: data.toString()',
    replace: 'message: data',
  },
  {
    name: 'the JSON is put together by hand',
    test: 'no text breaks it: empty, quotes, line breaks, JSON, emoji, or very long',
    sentence: 'A quote in the text breaks the JSON. Let JSON.stringify write it.',
    find: "send(socket, { type: 'echo', message: data.toString(), at });",
    replace: 'socket.send(`{"type":"echo","message":"${data}","at":"${at}"}`);',
  },
  {
    name: 'an empty text is not echoed',
    test: 'no text breaks it: empty, quotes, line breaks, JSON, emoji, or very long',
    sentence: 'The empty text got no echo. It is a text, too.',
    find: '} else {',
    replace: '} else if (data.toString()) {',
  },
  {
    name: 'the text is trimmed',
    test: 'no text breaks it: empty, quotes, line breaks, JSON, emoji, or very long',
    sentence: 'The echo lost the spaces around the text. An echo gives back what came.',
    find: 'message: data.toString()',
    replace: 'message: data.toString().trim()',
  },
  {
    name: 'the echo goes to everyone',
    test: 'an echo goes to its sender and to nobody else',
    sentence: 'Every client gets the echo. Send to the socket that the message came from.',
    find: "send(socket, { type: 'echo', message: data.toString(), at });",
    replace:
      "for (const client of wss.clients) send(client, { type: 'echo', message: data.toString(), at });",
  },
  {
    name: 'binary is turned into text',
    test: 'a binary message is answered with the error not-text, and the connection stays open',
    sentence: 'The binary message was echoed as a text: its bytes are lost on the way. Look at isBinary.',
    find: 'if (isBinary) {',
    replace: 'if (!data) {',
  },
  {
    name: 'a binary message closes the connection',
    test: 'a binary message is answered with the error not-text, and the connection stays open',
    sentence: 'The server hangs up after a binary message. Answer with an error, and stay connected.',
    find: "send(socket, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });",
    replace: 'socket.close(1003);',
  },
  {
    name: 'the error goes to everyone',
    test: 'a binary message is answered with the error not-text, and the connection stays open',
    sentence: 'Everyone got the error. It is for the one who sent the binary message.',
    find: "send(socket, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });",
    replace:
      "for (const client of wss.clients) send(client, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });",
  },
  {
    name: 'the error listener is gone',
    test: 'a frame that breaks the protocol ends its own connection, and no other',
    sentence: 'One broken frame ended the server for everybody: the socket needs a listener for "error".',
    find: "  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));\n",
    replace: '',
  },
  {
    name: 'a plain text comes beside the JSON',
    test: 'a client that connects gets a welcome as JSON, with a message',
    sentence:
      'Something comes that is no JSON. From now on the server sends nothing else: take the plain text out.',
    find: "  send(socket, { type: 'welcome',",
    replace: "  socket.send(GREETING);\n  send(socket, { type: 'welcome',",
  },
  {
    name: 'a dollar sign in a text is taken for a pattern',
    test: WHATEVER_ELSE,
    sentence:
      'A text with $& or $$ comes back changed: replace() reads these signs. Build an object, and no text.',
    find: 'message: data.toString()',
    replace: "message: 'TEXT'.replace('TEXT', data.toString())",
  },
];
