/** What delivery.ts promises: each message once and in order, kept until it is acked, and never too much of it. */
import { expect, test } from 'vitest';
import { createDelivery, MOST_WAITING } from './delivery.ts';
import type { ClientMessage, Said, ServerMessage } from './protocol.ts';

const AT = '2026-11-29T20:16:37.123Z';
const [OLD, NEW] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

const said = (seq: number): Said => ({ seq, username: 'bob', message: `text ${seq}`, at: AT });
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => said(first + n));
const joined: ServerMessage = { type: 'joined', username: 'alice', usernames: ['alice'], at: AT };
const chat = (seq: number): ServerMessage => ({ type: 'chat', ...said(seq) });
const missed = (messages: Said[], last: number): ServerMessage => ({
  type: 'missed',
  messages,
  last,
  at: AT,
});
const snapshot = (messages: Said[], last: number, epoch = OLD): ServerMessage => ({
  type: 'snapshot',
  epoch,
  messages,
  last,
  at: AT,
});
const error = (code: 'not-joined' | 'bad-message' | 'username-taken'): ServerMessage => ({
  type: 'error',
  code,
  message: 'No.',
  at: AT,
});

/** A delivery, and all that it does. `shown` has numbers, and where the log is replaced, why. */
function setUp() {
  const sent: ClientMessage[] = [];
  const shown: (number | string)[] = [];
  const back: string[] = [];
  let waiting: string[] = [];
  const delivery = createDelivery({
    send: (message) => sent.push(message),
    show: ({ seq }) => shown.push(seq),
    replace: (messages, why = 'replaced') =>
      shown.splice(0, shown.length, why, ...messages.map(({ seq }) => seq)),
    showWaiting: (texts) => {
      waiting = texts;
    },
    giveBack: (text) => back.push(text),
  });
  const receive = (...messages: ServerMessage[]) => messages.forEach(delivery.receive);
  return {
    ...delivery,
    receive,
    shown,
    back,
    waiting: () => waiting,
    /** What was sent since this was last asked. */
    sent: () => sent.splice(0),
    texts: () => sent.splice(0).flatMap((one) => (one.type === 'chat' ? [one.message] : [])),
    ack(...ids: string[]) {
      receive(...ids.map((id, n): ServerMessage => ({ type: 'ack', id, seq: n + 1, at: AT })));
    },
  };
}

/** One that has joined, and has been told all up to this number. */
function setUpWith(last: number) {
  const all = setUp();
  all.receive(joined, snapshot(from(1, last), last));
  all.sent();
  return all;
}

const idsOf = (sent: ClientMessage[]) => sent.flatMap((one) => (one.type === 'chat' ? [one.id] : []));

test('a newcomer asks from nothing, and sees what is there, without alarm', () => {
  const { receive, sent, shown } = setUp();
  receive(joined);
  expect(sent()).toEqual([{ type: 'since', epoch: '', seq: 0 }]);
  receive(snapshot(from(5, 9), 9), chat(10));
  expect(shown).toEqual(['replaced', 5, 6, 7, 8, 9, 10]);
  expect(sent()).toEqual([]);
});

test('what was written waits for its ack, in its order, and no longer', () => {
  const { write, sent, waiting, ack } = setUpWith(0);
  write('one');
  write('two');
  const messages = sent();
  expect(messages).toMatchObject([
    { type: 'chat', message: 'one' },
    { type: 'chat', message: 'two' },
  ]);
  const [first = '', second = ''] = idsOf(messages);
  expect(first).not.toBe(second);
  expect(waiting()).toEqual(['one', 'two']);
  ack(first, 'somebody else');
  expect(waiting()).toEqual(['two']);
  ack(second, second);
  expect(waiting()).toEqual([]);
});

test('what has no ack is sent again each time it is joined on a new connection, with the same id, before what is new', () => {
  const { write, receive, sent, lost, ack, waiting } = setUpWith(0);
  for (const text of ['one', 'two']) write(text);
  const [one = '', two] = idsOf(sent());
  ack(one);
  lost();
  write('written while away');
  expect(sent()).toEqual([]);
  receive(joined);
  const [since, ...again] = sent();
  expect(since).toEqual({ type: 'since', epoch: OLD, seq: 0 });
  expect(again).toMatchObject([{ id: two, message: 'two' }, { message: 'written while away' }]);
  lost();
  receive(joined);
  expect(sent().slice(1)).toEqual(again);
  ack(...idsOf(again));
  expect(waiting()).toEqual([]);
});

test('a change of the name sends nothing again', () => {
  const { write, receive, sent } = setUpWith(0);
  write('one');
  sent();
  receive(joined);
  expect(sent()).toEqual([]);
});

test('there is a bound, and a text that would end each link is not taken', () => {
  const { write, receive, texts } = setUp();
  const all = Array.from({ length: MOST_WAITING }, (_, n) => `text ${n}`);
  expect(write('x'.repeat(10_001))).toBe(false);
  expect(all.every(write)).toBe(true);
  expect(write('one more')).toBe(false);
  receive(joined);
  expect(texts()).toEqual(all);
  expect(setUp().write('x'.repeat(10_000))).toBe(true);
});

test('with each ack there is room for one more', () => {
  const { write, sent, ack } = setUpWith(0);
  for (let n = 0; n < MOST_WAITING; n += 1) write('text');
  const [first = ''] = idsOf(sent());
  expect(write('one more')).toBe(false);
  ack(first);
  expect(write('one more')).toBe(true);
  expect(write('and one more')).toBe(false);
});

test('each message is shown once and in order, however often it comes', () => {
  const { receive, shown, sent } = setUpWith(2);
  receive(chat(3), chat(3), chat(2), chat(4), missed([said(4)], 4), chat(1));
  expect(shown).toEqual(['replaced', 1, 2, 3, 4]);
  expect(sent()).toEqual([]);
});

test('what leaves a gap is not shown, and is asked for once', () => {
  const { receive, shown, sent } = setUpWith(2);
  receive(chat(5), chat(6), chat(7));
  expect(shown).toEqual(['replaced', 1, 2]);
  expect(sent()).toEqual([{ type: 'since', epoch: OLD, seq: 2 }]);
  receive(missed(from(3, 7), 7));
  expect(shown).toEqual(['replaced', 1, 2, 3, 4, 5, 6, 7]);
  expect(sent()).toEqual([]);
  receive(chat(9));
  expect(sent()).toEqual([{ type: 'since', epoch: OLD, seq: 7 }]);
});

test('a cut in the middle of a replay: it asks from the last number without a gap, never from the last that it heard', () => {
  const { receive, shown, sent, lost } = setUpWith(2);
  lost();
  receive(joined, chat(250)); // Live, before the answer.
  lost();
  receive(joined, missed(from(3, 102), 250)); // A page, and no more.
  expect(sent()).toEqual([
    { type: 'since', epoch: OLD, seq: 2 },
    { type: 'since', epoch: OLD, seq: 2 },
    { type: 'since', epoch: OLD, seq: 102 },
  ]);
  lost();
  receive(joined, chat(251), missed(from(103, 202), 251), missed(from(203, 251), 251));
  expect(sent().map((one) => one.type === 'since' && one.seq)).toEqual([102, 202]);
  expect(shown.slice(1)).toEqual(from(1, 251).map(({ seq }) => seq));
});

test('an answer without messages is no reason to ask again', () => {
  const { receive, sent } = setUpWith(2);
  receive(missed([], 9));
  expect(sent()).toEqual([]);
});

test('another epoch: what is shown is replaced, and it says that the server has restarted', () => {
  const { receive, shown, sent, lost } = setUpWith(7);
  lost();
  receive(joined, chat(1), snapshot([said(1), said(2)], 2, NEW), chat(3));
  expect(shown).toEqual([expect.stringContaining('The server has restarted'), 1, 2, 3]);
  lost();
  receive(joined);
  expect(sent().at(-1)).toEqual({ type: 'since', epoch: NEW, seq: 3 });
});

test('away for too long: what is shown is replaced, and it says that there is a gap', () => {
  const { receive, shown, lost } = setUpWith(7);
  lost();
  receive(joined, snapshot(from(1901, 2000), 2000), chat(2001));
  expect(shown[0]).toContain('There is a gap before this');
  expect(shown.slice(1)).toEqual(from(1901, 2001).map(({ seq }) => seq));
});

test('an error is about the oldest text that has gone: one comes back, the other waits', () => {
  const { write, receive, back, waiting, lost, texts } = setUpWith(0);
  for (const text of ['one', 'two', 'three']) write(text);
  receive(error('bad-message'));
  expect(back).toEqual(['one']);
  receive(error('not-joined'), error('bad-message'), error('username-taken'));
  expect(back).toEqual(['one', 'three']);
  expect(waiting()).toEqual(['two']);
  receive(error('bad-message'));
  expect(back).toEqual(['one', 'three']);
  lost();
  texts();
  receive(joined);
  expect(texts()).toEqual(['two']);
});

test('an error on a new connection is not about what went over the one before', () => {
  const { write, receive, back, lost } = setUpWith(0);
  write('one');
  lost();
  receive(error('bad-message'));
  expect(back).toEqual([]);
});
