import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, type WebSocketServer } from 'ws';
import { startChat } from '#lessons/10/chat.ts';
import { createClock } from '#lessons/10/clock.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever the chat says
type Anything = any;

let server: Server;
let wss: WebSocketServer;
let clock: ReturnType<typeof createClock>;
let people: Person[] = [];

class Person {
  readonly messages: Anything[] = [];
  readonly ws: WebSocket;
  pings = 0;
  isClosed = false;

  constructor() {
    this.ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    this.ws.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    this.ws.on('ping', () => {
      this.pings += 1;
    });
    this.ws.on('close', () => {
      this.isClosed = true;
    });
    this.ws.on('error', () => {});
    people.push(this);
  }
  of(type: string): Anything[] {
    return this.messages.filter((message) => message.type === type);
  }
  say(message: object): void {
    this.ws.send(JSON.stringify(message));
  }
  chat(message: string, id: string = randomUUID()): string {
    this.say({ type: 'chat', id, message });
    return id;
  }
  async has(type: string, times: number): Promise<Anything[]> {
    await vi.waitFor(() => expect(this.of(type).length).toBeGreaterThanOrEqual(times));
    return this.of(type);
  }
  /** Nothing more comes of what was said so far. */
  async settle(): Promise<void> {
    const before = this.of('pong').length;
    this.say({ type: 'ping' });
    await this.has('pong', before + 1);
  }
}

async function come(): Promise<Person> {
  const person = new Person();
  await vi.waitFor(() => expect(person.ws.readyState).toBe(WebSocket.OPEN));
  return person;
}

async function join(username: string): Promise<Person> {
  const person = await come();
  person.say({ type: 'join', username });
  await person.has('joined', 1);
  return person;
}

beforeEach(async () => {
  server = createServer();
  clock = createClock();
  people = [];
  wss = startChat(server, { clock, random: () => 0 });
  server.listen(0);
  await vi.waitFor(() => expect(server.listening).toBe(true));
});

afterEach(() => {
  for (const { ws } of people) ws.terminate();
  wss.close();
  server.close();
});

describe('talking', () => {
  it('is for those who joined', async () => {
    const outsider = await come();
    const [a, b, c] = [await join('a'), await join('b'), await join('c')];
    b.chat('hello');
    for (const person of [a, b, c]) {
      const [first] = await person.has('chat', 1);
      expect(first).toMatchObject({ username: 'b', message: 'hello', seq: 1 });
    }
    for (const person of people) await person.settle();
    expect(outsider.of('chat')).toHaveLength(0);
    expect(people.flatMap((person) => person.of('ack'))).toEqual(b.of('ack'));
  });

  it('again and again with one id is talking once', async () => {
    const [a, b] = [await join('a'), await join('b')];
    const id = a.chat('one');
    a.chat('two');
    a.chat('one', id);
    a.chat('three');
    const acks = await a.has('ack', 4);
    expect(acks.map(({ seq }) => seq)).toEqual([1, 2, 1, 3]);
    expect(acks.map((ack) => ack.id === id)).toEqual([true, false, true, false]);
    b.chat('one', id);
    expect((await b.has('ack', 1))[0].seq).toBe(1);
    await b.settle();
    expect(b.of('chat').map(({ message, seq }) => [seq, message])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ]);
  });
});

describe('catching up', () => {
  it('goes on where one was', async () => {
    const a = await join('a');
    for (let n = 1; n <= 205; n += 1) a.chat(`${n}`);
    await a.has('ack', 205);
    a.say({ type: 'since', epoch: '', seq: 0 });
    const [{ epoch, messages }] = await a.has('snapshot', 1);
    expect(messages.map(({ seq }: Anything) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => 106 + n));
    let have = 3;
    for (let asked = 1; have < 205; asked += 1) {
      a.say({ type: 'since', epoch, seq: have });
      const answer = (await a.has('missed', asked))[asked - 1];
      expect(answer.last).toBe(205);
      expect(answer.messages.length).toBeGreaterThan(0);
      for (const { seq } of answer.messages) {
        expect(seq).toBe(have + 1);
        have = seq;
      }
    }
    a.say({ type: 'since', epoch: randomUUID(), seq: 3 });
    await a.has('snapshot', 2);
    a.say({ type: 'since', epoch, seq: 206 });
    await a.has('snapshot', 3);
  });
});

describe('names', () => {
  it('are for one person at a time', async () => {
    const [a, b] = [await join('Zoe'), await come()];
    b.say({ type: 'join', username: 'Zoe' });
    b.say({ type: 'join', username: 'zoe' });
    const errors = await b.has('error', 2);
    expect(errors.map(({ code }) => code)).toEqual(['username-taken', 'username-taken']);
    a.say({ type: 'join', username: 'ZOE' });
    expect((await a.has('joined', 2))[1].username).toBe('ZOE');
    a.ws.close();
    // The chat may need a moment to notice it. So he tries until he may.
    await vi.waitFor(async () => {
      b.say({ type: 'join', username: 'ZOE' });
      await b.settle();
      expect(b.of('joined')).toHaveLength(1);
    }, 5000);
    expect(b.of('joined')[0].usernames).toEqual(['ZOE']);
  });
});

describe('links', () => {
  it('of the dead end, those of the living do not', async () => {
    const [living, dead] = [await join('living'), await join('dead')];
    dead.ws.pause();
    for (let passed = 0; passed < 10_000; passed += 2_500) {
      clock.advance(2_500);
      await living.settle();
    }
    await expect.poll(() => living.of('system').at(-1)?.usernames).toEqual(['living']);
    for (let minute = 0; minute < 12; minute += 1) {
      clock.advance(5_000);
      await living.settle();
    }
    expect(living.isClosed).toBe(false);
    expect(living.pings).toBeGreaterThan(5);
  });
});

describe('nonsense', () => {
  it('gets errors', async () => {
    const [a, b, c] = [await join('a'), await join('b'), await come()];
    a.ws.send(Buffer.from([1, 2, 3]));
    a.ws.send('}{');
    a.ws.send('[1]');
    a.say({ type: 'join', username: '\n' });
    c.chat('who am I?');
    c.say({ type: 'since', epoch: '', seq: 0 });
    const codes = (await a.has('error', 4)).map(({ code }) => code);
    expect(codes).toEqual(['not-text', 'not-json', 'bad-message', 'bad-username']);
    const others = (await c.has('error', 2)).map(({ code }) => code);
    expect(others).toEqual(['not-joined', 'not-joined']);
    a.chat('fine');
    await b.has('chat', 1);
    expect(b.of('chat')).toMatchObject([{ username: 'a', message: 'fine' }]);
    expect(b.of('error')).toEqual([]);
  });
});
