// Right in another way: a class with a Map of numbered people, an extra message, extra fields, and errors as exceptions.
import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse } from '#lessons/03/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(ERROR_TEXTS[code]);
    this.code = code;
  }
}

class ChatRoom {
  private readonly people = new Map<number, WebSocket>();
  private arrivals = 0;
  private messages = 0;

  enter(socket: WebSocket): void {
    this.arrivals += 1;
    const id = this.arrivals;
    socket.on('error', console.error);
    socket.on('close', () => {
      this.people.delete(id);
      this.news('A user left.', this.people.keys());
    });
    socket.on('message', (data, isBinary) => {
      try {
        this.hear(isBinary ? 'not-text' : parse(data.toString('utf8')));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.tell([id], { type: 'error', code: error.code, message: error.message });
      }
    });
    this.people.set(id, socket);
    this.tell([id], { type: 'hint', message: 'Be kind, and now and then extra kind.' });
    this.news(
      'A new user joined.',
      [...this.people.keys()].filter((other) => other !== id),
    );
    this.news('Welcome!', [id]);
  }

  private hear(said: ReturnType<typeof parse>): void {
    if (typeof said === 'string') throw new Refusal(said);
    this.messages += 1;
    this.tell(this.people.keys(), { ...said, type: 'chat', number: this.messages });
  }

  private news(what: string, ids: Iterable<number>): void {
    const online = this.people.size;
    this.tell(ids, { type: 'system', message: `${what} ${online} user(s) online`, online });
  }

  private tell(ids: Iterable<number>, message: Record<string, unknown>): void {
    for (const id of ids) {
      const socket = this.people.get(id);
      // What is sent to a socket that is CLOSING goes nowhere, and does no harm.
      socket?.send(JSON.stringify({ ...message, at: new Date().toISOString(), to: id }));
    }
  }
}

const room = new ChatRoom();
new WebSocketServer({ server: await serveLesson('lessons/03') }).on('connection', (socket) =>
  room.enter(socket),
);
