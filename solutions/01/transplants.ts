/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const ERROR = "this.say({ type: 'error', code: 'not-text', message: 'This was binary.' });";
const TIME = 'at: new Date(Date.now()).toJSON()';

export const transplants: Transplants = {
  'class.ts': {
    'the welcome is still plain text': [
      "this.say({ type: 'welcome', message: 'Welcome!' });",
      "this.socket.send('Welcome!');",
    ],
    'the welcome has no time': [
      "this.say({ type: 'welcome', message: 'Welcome!' });",
      "this.socket.send(JSON.stringify({ type: 'welcome', message: 'Welcome!' }));",
    ],
    'the time is a number': [TIME, 'at: Date.now()'],
    'the time is in the local zone': [TIME, 'at: new Date().toLocaleString()'],
    'the time has no milliseconds': [TIME, "at: new Date().toJSON().replace(/\\.\\d+/, '')"],
    'the time is taken when the client connects': [
      TIME,
      'at: ((this as { since?: string }).since ??= new Date().toJSON())',
    ],
    'the echo keeps the prefix of lesson 01': ["data.toString('utf8')", '`Echo: ${data}`'],
    'the message is a Buffer': ["data.toString('utf8')", 'data'],
    'the JSON is put together by hand': [
      "else this.say({ type: 'echo', message: data.toString('utf8'), count: this.count });",
      'else this.socket.send(`{"type":"echo","message":"${data}","at":"${new Date().toJSON()}"}`);',
    ],
    'an empty text is not echoed': [
      "else this.say({ type: 'echo'",
      "else if (`${data}`) this.say({ type: 'echo'",
    ],
    'the text is trimmed': ["data.toString('utf8')", "data.toString('utf8').trim()"],
    'binary is turned into text': ['if (isBinary)', 'if (!data)'],
    'a binary message closes the connection': [ERROR, 'this.socket.close(1003);'],
    'the error listener is gone': ["    socket.on('error', console.error);\n", ''],
  },
  'own-port.ts': {
    'the echo goes to everyone': [
      "socket.send(encode('echo', data));",
      "for (const client of wss.clients) client.send(encode('echo', data));",
    ],
    'the error goes to everyone': [
      "else socket.send(JSON.stringify({ type: 'error'",
      "else for (const client of wss.clients) client.send(JSON.stringify({ type: 'error'",
    ],
  },
};
