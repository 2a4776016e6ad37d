/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const HEAR = "    socket.on('pong', () => this.end.refresh());\n";
const CLEAR = "    socket.once('close', () => this.stop());\n";
const ANSWER = "else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });";

export const transplants: Transplants = {
  'deadlines.ts': {
    'nobody hears the pong': [HEAR, ''],
    'a message counts, and a pong does not': [HEAR, HEAR.replace("'pong'", "'message'")],
    'close() in place of terminate()': ['() => socket.terminate(), 9_900', '() => socket.close(), 9_900'],
    'nobody is ever ended': ['() => socket.terminate(), 9_900', '() => {}, 9_900'],
    'three pings may be missed': ['9_900', '15_000'],
    'all are asked in one tick': ['Math.random() * 4_500', '4_500'],
    'the timer is left': [CLEAR, ''],
    'everybody gets the pong': [
      ANSWER,
      "else if (received.type === 'ping') { send(socket, { type: 'pong', at: now() }); broadcast({ type: 'pong', at: now() }, socket); }",
    ],
  },
  'one-scan.ts': {
    'asked every 30 seconds': ['const EVERY = 4_000;', 'const EVERY = 30_000;'],
    'nobody is ever ended': ['socket.terminate();', 'link.askedAt = undefined;'],
    'close() in place of terminate()': ['socket.terminate();', 'socket.close();'],
    'the answer must come within 2 seconds': ['const PATIENCE = 5_000;', 'const PATIENCE = 2_000;'],
    'the ping is a message': ['socket.ping(`${time}`);', "socket.send(JSON.stringify({ type: 'ping' }));"],
  },
  'lazy-pulse.ts': {
    'a message changes nothing': ['      heardAt = clock.now();\n      if (askedAt', '      if (askedAt'],
    'the wait is always the same': ['heardAt + every', 'heardAt + 5_000'],
    'nobody hears of the silence': ['      options.onSilence();\n', ''],
    'stop() leaves the timer': [
      '  function stop(): void {\n    clock.clearTimeout(timer);\n',
      '  function stop(): void {\n',
    ],
  },
  'class-pulse.ts': {
    'it asks at once': [
      "    this.enter('listening', this.options.every ?? 5_000, () => this.asks());\n",
      "    this.enter('listening', this.options.every ?? 5_000, () => this.asks());\n    this.options.ask();\n",
    ],
    'the silence is told again and again': [
      '      this.stop();\n      this.options',
      '      this.start();\n      this.options',
    ],
  },
};
