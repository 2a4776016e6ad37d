/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const CHAT = "room.emit('said', JSON.stringify({ type: 'chat', ...said, at }));";
const CAME = "room.emit('said', news('A new user joined.', online() + 1));";
const LEFT = "room.emit('said', news('A user left.', online()));";
const ERROR = "hear(JSON.stringify({ type: 'error', code: said, message: ERROR_TEXTS[said], at }));";
const PARSE = "isBinary ? 'not-text' : parse(String(data))";
const SEND = 'for (const one of clients) if (one.readyState === one.OPEN) one.send(text);';
/** To all but oneself. */
const OTHERS = "for (const listener of room.listeners('said')) if (listener !== hear) listener(";

export const transplants: Transplants = {
  'emitter.ts': {
    'the newcomer is not counted': ["room.listenerCount('said')", "room.listenerCount('said') - 1"],
    'the number is in the text only': [
      "{ type: 'system', message, online, at",
      "{ type: 'system', message, at",
    ],
    'the welcome goes to everyone': [
      "hear(news('Welcome!', online()));",
      "room.emit('said', news('Welcome!', online()));",
    ],
    'the newcomer is told about itself': [
      `${CAME}\n  room.on('said', hear);`,
      "room.on('said', hear);\n  room.emit('said', news('A new user joined.', online()));",
    ],
    'the others do not hear of a newcomer': [CAME, ''],
    'the reply goes to the sender only': [CHAT, CHAT.replace("room.emit('said', ", 'hear(')],
    'the sender is left out': [CHAT, `${OTHERS}JSON.stringify({ type: 'chat', ...said, at }));`],
    'the bytes are passed on as they came': [CHAT, "room.emit('said', data as never);"],
    'the text is encoded twice': [
      CAME,
      "room.emit('said', JSON.stringify(news('A new user joined.', online() + 1)));",
    ],
    'the sender gets it first, the others later': [
      CHAT,
      `const chat = JSON.stringify({ type: 'chat', ...said, at });
      hear(chat);
      setTimeout(() => {
        ${OTHERS}chat);
      }, 50);`,
    ],
    'the time is taken when the client connects': [
      "  socket.on('message', (data, isBinary) => {\n    const at = new Date().toISOString();",
      "  const at = new Date().toISOString();\n  socket.on('message', (data, isBinary) => {",
    ],
    'the text is made safe for HTML': [
      '...said, at',
      "...said, message: said.message.replaceAll('<', '&lt;'), at",
    ],
    'the server remembers a name': [
      CHAT,
      `const guest = socket as { known?: string };
      if (said.username !== 'Anonymous') guest.known = said.username;
      ${CHAT.replace('...said', "...said, username: guest.known ?? 'Anonymous'")}`,
    ],
    'JSON.parse is believed': [PARSE, "isBinary ? 'not-text' : JSON.parse(String(data))"],
    'a name is cut': ['...said, at', '...said, username: said.username.slice(0, 19), at'],
    'nobody hears that somebody left': [LEFT, ''],
    'who left is still counted': [LEFT, LEFT.replace('online()', 'online() + 1')],
    'only a proper goodbye counts': [
      "socket.once('close', () => {\n    room.off('said', hear);",
      "socket.once('close', (code) => {\n    room.off('said', hear);\n    if (code !== 1000) return;",
    ],
    'all fields are passed on': [
      "{ type: 'chat', ...said",
      "{ ...JSON.parse(String(data)), type: 'chat', ...said",
    ],
    "the sender's fields win over the server's": [
      "{ type: 'chat', ...said",
      "{ type: 'chat', ...JSON.parse(String(data)), ...said",
    ],
    'binary is read as text': [PARSE, 'parse(String(data))'],
    'a text that is no JSON ends the server': [
      PARSE,
      "isBinary ? 'not-text' : JSON.parse(String(data)) && parse(String(data))",
    ],
    'null ends the server': [
      PARSE,
      "isBinary ? 'not-text' : parse(String(data)) === 'not-json' || JSON.parse(String(data)).message ? parse(String(data)) : 'bad-message'",
    ],
    'one try around everything takes null for no JSON': [
      PARSE,
      "isBinary ? 'not-text' : String(data) === 'null' ? 'not-json' : parse(String(data))",
    ],
    'the error goes to everyone': [ERROR, ERROR.replace('hear(', "room.emit('said', ")],
    'the error is a plain text': [ERROR, 'hear(`${ERROR_TEXTS[said]} ${at}`);'],
    'bad messages are ignored': [ERROR, 'return;'],
    'a bad message closes the connection': [ERROR, 'socket.close(1008, at);'],
    'what was refused is passed on all the same': [
      ERROR,
      `${ERROR}
      room.emit('said', JSON.stringify({ type: 'chat', username: 'Anonymous', message: String(data), at }));`,
    ],
    'the error listener is gone': ["  socket.on('error', (error) => console.log(error.message));\n", ''],
    'who breaks the protocol leaves twice': [
      "socket.on('error', (error) => console.log(error.message));",
      "socket.on('error', () => room.emit('said', news('A user left.', online())));",
    ],
  },
  'own-port.ts': {
    'the state is compared with a text': [
      "for (const other of clients) other.send(encodeNews('A new user joined.', clients.length + 1));",
      "for (const other of clients) if ((other.readyState as unknown) === 'OPEN') other.send(encodeNews('A new user joined.', clients.length + 1));",
    ],
    'the loop ends at a client that is closing': [
      SEND,
      'for (const one of clients) {\n      if (one.readyState !== one.OPEN) return;\n      one.send(text);\n    }',
    ],
    'to send to a client that is closing ends the server': [
      SEND,
      'for (const one of clients) {\n      one.send(text, (error) => {\n        if (error) throw error;\n      });\n    }',
    ],
  },
};
