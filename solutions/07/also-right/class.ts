// Right in another way: a class with a ring of 1,000 places, an ack before the message is said, and messages and fields
// that nobody asked for.
import { randomUUID } from 'node:crypto';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode, parse } from '#lessons/08/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Entry = { seq: number; username: string; message: string; at: string; id: string };

class Ring {
  readonly epoch = randomUUID();
  last = 0;
  private readonly places: Entry[] = [];
  private readonly byId = new Map<string, Entry>();
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  find(id: string): Entry | undefined {
    return this.byId.get(id);
  }

  add(id: string, username: string, message: string): Entry {
    this.last += 1;
    const entry = { seq: this.last, username, message, at: new Date().toISOString(), id };
    const oldest = this.places[this.last % this.size];
    if (oldest) this.byId.delete(oldest.id);
    this.places[this.last % this.size] = entry;
    this.byId.set(id, entry);
    return entry;
  }

  /** The number before the oldest that is kept. */
  get start(): number {
    return Math.max(0, this.last - this.size);
  }

  after(seq: number, most: number): Entry[] {
    const end = Math.min(this.last, seq + most);
    const found: Entry[] = [];
    for (let at = seq + 1; at <= end; at += 1) {
      const entry = this.places[at % this.size];
      if (entry) found.push(entry);
    }
    return found;
  }
}

class Chat {
  private readonly ring = new Ring(1000);
  private readonly people = new Map<WebSocket, string>();

  enter(socket: WebSocket): void {
    socket.on('error', (error) => console.log('%s', error.message));
    socket.on('message', (data, isBinary) => this.hear(socket, data, isBinary));
    socket.on('close', () => this.leave(socket));
    this.send(socket, { type: 'hello', epoch: this.ring.epoch });
  }

  private hear(socket: WebSocket, data: RawData, isBinary: boolean): void {
    const received = isBinary ? 'not-text' : parse(data.toString());
    const code = typeof received === 'string' ? received : this.handle(socket, received);
    if (code) this.send(socket, { type: 'error', code, message: ERROR_TEXTS[code], hint: 'Look it up.' });
  }

  /** Does what a message asks for. Gives an error code where it cannot. */
  private handle(socket: WebSocket, received: ClientMessage): ErrorCode | undefined {
    if (received.type === 'join') return this.join(socket, received.username);
    const username = this.people.get(socket);
    if (username === undefined) return 'not-joined';
    if (received.type === 'since') {
      this.catchUp(socket, received.epoch, received.seq);
      return undefined;
    }
    const known = this.ring.find(received.id);
    const entry = known ?? this.ring.add(received.id, username, received.message);
    this.send(socket, { type: 'ack', id: entry.id, seq: entry.seq, isNew: !known });
    if (!known) for (const one of this.people.keys()) this.send(one, { type: 'chat', ...entry });
    return undefined;
  }

  private catchUp(socket: WebSocket, epoch: string, seq: number): void {
    const { ring } = this;
    const isKnown = epoch === ring.epoch && seq >= ring.start && seq <= ring.last;
    const messages = ring.after(isKnown ? seq : Math.max(ring.start, ring.last - 100), 100);
    const type = isKnown ? 'missed' : 'snapshot';
    this.send(socket, { type, epoch: ring.epoch, messages, last: ring.last, count: messages.length });
  }

  private join(socket: WebSocket, username: string): ErrorCode | undefined {
    const key = username.toLowerCase();
    for (const [other, name] of this.people) {
      if (other !== socket && name.toLowerCase() === key) return 'username-taken';
    }
    this.people.set(socket, username);
    this.news(`${username} is here.`, socket);
    this.send(socket, { type: 'joined', username, usernames: [...this.people.values()] });
    return undefined;
  }

  private leave(socket: WebSocket): void {
    if (this.people.delete(socket)) this.news('Somebody left.', socket);
  }

  private news(message: string, about: WebSocket): void {
    for (const one of this.people.keys()) {
      if (one !== about) this.send(one, { type: 'system', message, usernames: [...this.people.values()] });
    }
  }

  private send(socket: WebSocket, message: Record<string, unknown>): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ at: new Date().toISOString(), ...message }));
  }
}

const chat = new Chat();
new WebSocketServer({ server: await serveLesson('lessons/08') }).on('connection', (socket) =>
  chat.enter(socket),
);
