// Right in another way: a class with a Map from names to people, refusals as exceptions, and JSON read by hand.
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, normaliseUsername } from '#lessons/04/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(ERROR_TEXTS[code]);
    this.code = code;
  }
}

class Person {
  /** Everyone who has joined, under the name in lower case. */
  private static readonly joined = new Map<string, Person>();

  private username = '';
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', console.error);
    socket.on('close', () => this.leave());
    socket.on('message', (data, isBinary) => {
      try {
        this.hear(data, isBinary);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.tell({ type: 'error', code: error.code, message: error.message });
      }
    });
  }

  private get key(): string {
    return this.username.toLowerCase();
  }

  private hear(data: RawData, isBinary: boolean): void {
    if (isBinary) throw new Refusal('not-text');
    const { type, username, message } = readFields(data.toString());
    if (type === 'join' && typeof username === 'string') {
      this.join(normaliseUsername(username));
    } else if (type === 'chat' && typeof message === 'string' && /^.{1,2000}$/s.test(message)) {
      if (this.username === '') throw new Refusal('not-joined');
      for (const person of Person.joined.values()) {
        person.tell({ type: 'chat', username: this.username, message });
      }
    } else {
      throw new Refusal('bad-message');
    }
  }

  private join(username: string | undefined): void {
    if (username === undefined) throw new Refusal('bad-username');
    const owner = Person.joined.get(username.toLowerCase());
    if (owner && owner !== this) throw new Refusal('username-taken');
    Person.joined.delete(this.key);
    this.username = username;
    Person.joined.set(this.key, this);
    this.tell({ type: 'joined', username, usernames: usernamesOf(Person.joined) });
    this.tell({ type: 'hint', message: 'Be kind, and now and then extra kind.' });
    this.news(`${username} est là.`);
  }

  private leave(): void {
    if (Person.joined.delete(this.key)) this.news(`${this.username} est parti.`);
  }

  private news(message: string): void {
    for (const person of Person.joined.values()) {
      if (person !== this) person.tell({ type: 'system', message, usernames: usernamesOf(Person.joined) });
    }
  }

  private tell(message: Record<string, unknown>): void {
    // What is sent to a socket that is CLOSING goes nowhere, and does no harm.
    this.socket.send(JSON.stringify({ ...message, at: new Date().toISOString() }));
  }

  get name(): string {
    return this.username;
  }
}

function usernamesOf(people: Map<string, Person>): string[] {
  return [...people.values()].map(({ name }) => name);
}

function readFields(text: string): { type?: unknown; username?: unknown; message?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('not-json');
  }
  if (typeof value !== 'object' || value === null) throw new Refusal('bad-message');
  return value;
}

new WebSocketServer({ server: await serveLesson('lessons/04') }).on(
  'connection',
  (socket) => new Person(socket),
);
