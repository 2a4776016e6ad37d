/** What is new in delivery.ts: what was too much at once stays, and goes again a moment later, one after the other. */
import { expect, test } from 'vitest';
import { createDelivery } from './delivery.ts';
import { MOST_AT_ONCE, MOST_CHARACTERS } from './outbox.ts';
import { type ClientMessage, type ErrorCode, parse, type ServerMessage } from './protocol.ts';
import { testClock } from './test-clock.ts';

const AT = '2026-11-29T20:16:37.123Z';
const EPOCH = '11111111-1111-4111-8111-111111111111';

const joined: ServerMessage = { type: 'joined', username: 'alice', usernames: ['alice'], at: AT };
const error = (code: ErrorCode): ServerMessage => ({ type: 'error', code, message: 'No.', at: AT });
const said = (seq: number) => ({ seq, username: 'bob', message: `text ${seq}`, at: AT });

/** A delivery that has joined, and has been told all up to this number. */
function setUp(last = 0) {
  const clock = testClock();
  const sent: ClientMessage[] = [];
  const shown: number[] = [];
  const back: string[] = [];
  let waiting: string[] = [];
  let pauses = 0;
  const delivery = createDelivery({
    clock,
    random: () => 0,
    send: (message) => sent.push(message),
    show: ({ seq }) => shown.push(seq),
    replace: (messages) => shown.splice(0, shown.length, ...messages.map(({ seq }) => seq)),
    showWaiting: (texts) => {
      waiting = texts;
    },
    giveBack: (text) => back.push(text),
    onTooFast: () => {
      pauses += 1;
    },
  });
  const receive = (...messages: ServerMessage[]) => messages.forEach(delivery.receive);
  receive(joined, { type: 'snapshot', epoch: EPOCH, messages: [], last, at: AT });
  sent.splice(0);
  const take = () => sent.splice(0);
  return {
    ...delivery,
    receive,
    clock,
    shown,
    back,
    waiting: () => waiting,
    pauses: () => pauses,
    sent: take,
    /** The texts that were sent since this was last asked. */
    texts: () => take().map((one) => (one.type === 'chat' ? one.message : one.type)),
    ack: (...ids: string[]) =>
      receive(...ids.map((id, n): ServerMessage => ({ type: 'ack', id, seq: n + 1, at: AT }))),
  };
}

const idsOf = (sent: ClientMessage[]) => sent.flatMap((one) => (one.type === 'chat' ? [one.id] : []));

test('too fast: nothing is lost, nothing goes at once, and then one after the other, with the same ids', () => {
  const { write, sent, receive, waiting, clock, ack, pauses } = setUp();
  for (const text of ['one', 'two', 'three']) write(text);
  const first = sent();
  const [one = ''] = idsOf(first);
  ack(one);
  receive(error('too-fast'), error('too-fast'));
  expect(waiting()).toEqual(['two', 'three']);
  clock.advance(999);
  expect(sent()).toEqual([]);
  clock.advance(1);
  expect(sent()).toEqual([first[1]]);
  clock.advance(199);
  expect(sent()).toEqual([]);
  clock.advance(1);
  expect(sent()).toEqual([first[2]]);
  clock.advance(60_000);
  expect(sent()).toEqual([]);
  expect(pauses()).toBe(1);
  ack(...idsOf(first));
  expect(waiting()).toEqual([]);
});

test('what is written meanwhile waits behind them, and later goes at once again', () => {
  const { write, texts, receive, clock } = setUp();
  write('one');
  receive(error('too-fast'));
  write('two');
  expect(texts()).toEqual(['one']);
  clock.advance(1_000);
  expect(texts()).toEqual(['one']);
  write('three');
  clock.advance(400);
  expect(texts()).toEqual(['two', 'three']);
  write('four');
  expect(texts()).toEqual(['four']);
});

test('too fast once more: it waits anew, and the page is told once for all', () => {
  const { write, texts, receive, clock, pauses } = setUp();
  for (const text of ['one', 'two']) write(text);
  receive(error('too-fast'), error('too-fast'));
  texts();
  clock.advance(1_000);
  receive(error('too-fast'));
  clock.advance(999);
  expect(texts()).toEqual(['one']);
  clock.advance(201);
  expect(texts()).toEqual(['one', 'two']);
  expect(pauses()).toBe(1);
  clock.advance(10_000);
  write('three');
  receive(error('too-fast'));
  expect(pauses()).toBe(2);
});

test('a question that was too fast is asked again, before the texts', () => {
  const { write, texts, receive, clock, shown } = setUp();
  receive({ type: 'chat', ...said(3) });
  write('one');
  expect(texts()).toEqual(['since', 'one']);
  receive(error('too-fast'), error('too-fast'));
  receive({ type: 'chat', ...said(4) }); // Another reason to ask: not now.
  expect(texts()).toEqual([]);
  clock.advance(1_000);
  expect(texts()).toEqual(['since']);
  clock.advance(200);
  expect(texts()).toEqual(['one']);
  receive({ type: 'missed', messages: [1, 2, 3, 4].map(said), last: 4, at: AT });
  expect(shown).toEqual([1, 2, 3, 4]);
});

test('the answer to something else that was too fast changes nothing', () => {
  const { receive, texts, clock, pauses } = setUp();
  receive(error('too-fast'));
  clock.advance(10_000);
  expect([texts(), pauses()]).toEqual([[], 0]);
});

test('a link that ends in the pause: all goes at once on the next one, and the pause is over', () => {
  const { write, texts, receive, lost, clock } = setUp();
  for (const text of ['one', 'two']) write(text);
  receive(error('too-fast'), error('too-fast'));
  texts();
  lost();
  clock.advance(10_000);
  expect(texts()).toEqual([]);
  receive(joined);
  expect(texts()).toEqual(['since', 'one', 'two']);
  clock.advance(10_000);
  expect(texts()).toEqual([]);
});

test('only so many are on their way at once; with each answer the next one goes', () => {
  const { write, sent, ack, receive, lost, texts, back } = setUp();
  const all = Array.from({ length: 40 }, (_, n) => `text ${n}`);
  for (const text of all) write(text);
  const first = sent();
  expect(first.length).toBe(MOST_AT_ONCE);
  ack(...idsOf(first).slice(0, 2));
  receive(error('bad-message'));
  expect(back).toEqual(['text 2']);
  expect(texts()).toEqual(all.slice(MOST_AT_ONCE, MOST_AT_ONCE + 3));
  lost();
  ack(idsOf(first)[3] ?? ''); // Of the link before: nothing may be sent now.
  expect(texts()).toEqual([]);
  receive(joined);
  expect(texts()).toEqual(['since', ...all.slice(4, 4 + MOST_AT_ONCE)]);
});

test('an error about a text comes back to the right one, also behind one that was too fast', () => {
  const { write, receive, back, waiting } = setUp();
  for (const text of ['one', 'two', 'three']) write(text);
  receive(error('too-fast'), error('bad-message'));
  expect([back, waiting()]).toEqual([['two'], ['one', 'three']]);
});

test('a text that the server would end the link for is not taken', () => {
  const { write } = setUp();
  expect(write('\0'.repeat(MOST_CHARACTERS + 1))).toBe(false);
  expect(write('\0'.repeat(MOST_CHARACTERS))).toBe(true);
  expect(parse(JSON.stringify({ type: 'chat', id: EPOCH, message: 'x'.repeat(MOST_CHARACTERS) }))).toBe(
    'bad-message',
  );
});
