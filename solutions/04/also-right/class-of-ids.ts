// Right in another way: a class, people with ids, and messages and fields that nobody asked for.
import { WebSocket, WebSocketServer } from 'ws';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode, parse } from '#lessons/05/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Person = { id: number; socket: WebSocket; name?: string };

class Room {
  private readonly people = new Map<number, Person>();
  private readonly ids = new Map<string, number>();
  private lastId = 0;

  enter(socket: WebSocket): void {
    this.lastId += 1;
    const person: Person = { id: this.lastId, socket };
    this.people.set(person.id, person);
    socket.on('message', (data, isBinary) => {
      const received = isBinary ? 'not-text' : parse(data.toString('utf8'));
      const code = typeof received === 'string' ? received : this.handle(person, received);
      if (code) this.send(person, { type: 'error', code, message: ERROR_TEXTS[code], hint: 'Look it up.' });
    });
    socket.on('error', (error) => console.log('%s', error.message));
    socket.on('close', () => this.leave(person));
    this.send(person, { type: 'hello', id: person.id });
  }

  /** Does what a message asks for. Gives an error code where it cannot. */
  private handle(person: Person, received: ClientMessage): ErrorCode | undefined {
    if (received.type === 'join') return this.rename(person, received.username);
    if (person.name === undefined) return 'not-joined';
    if (received.type === 'chat') {
      for (const one of this.joined()) {
        this.send(one, { type: 'chat', id: person.id, username: person.name, message: received.message });
      }
      return undefined;
    }
    const to = this.people.get(this.ids.get(received.to.toLowerCase()) ?? 0);
    if (!to) return 'unknown-user';
    const message = { type: 'private', from: person.name, to: to.name, message: received.message, at: now() };
    this.send(to, { ...message, unread: true });
    if (to !== person) this.send(person, { ...message, unread: false });
    this.send(person, { type: 'delivered', id: to.id });
    return undefined;
  }

  private rename(person: Person, name: string): ErrorCode | undefined {
    const owner = this.ids.get(name.toLowerCase()) ?? person.id;
    if (owner !== person.id) return 'username-taken';
    this.forget(person);
    this.ids.set(name.toLowerCase(), person.id);
    person.name = name;
    this.announce(`${name} came in.`, person);
    this.send(person, { type: 'joined', username: name, usernames: this.names(), id: person.id });
    return undefined;
  }

  private leave(person: Person): void {
    this.forget(person);
    this.people.delete(person.id);
    if (person.name !== undefined) this.announce(`${person.name} went away.`, person);
  }

  private forget(person: Person): void {
    if (person.name !== undefined) this.ids.delete(person.name.toLowerCase());
  }

  private announce(message: string, except: Person): void {
    for (const one of this.joined()) {
      if (one !== except) this.send(one, { type: 'system', message, usernames: this.names() });
    }
  }

  private joined(): Person[] {
    return [...this.people.values()].filter(({ name }) => name !== undefined);
  }

  private names(): string[] {
    return this.joined()
      .flatMap(({ name }) => name ?? [])
      .sort();
  }

  private send({ socket }: Person, message: Record<string, unknown>): void {
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ at: now(), ...message }));
    }
  }
}

const now = () => new Date().toISOString();

const room = new Room();
new WebSocketServer({ server: await serveLesson('lessons/05') }).on('connection', (socket) =>
  room.enter(socket),
);
