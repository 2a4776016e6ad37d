/** What limits.ts promises, with a clock that the test moves. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAddresses, createAllowance, createBucket, createLog } from './limits.ts';

/** A clock, and what moves it by so many seconds. */
function setUp() {
  let time = 1_000_000;
  return {
    now: () => time,
    pass(seconds: number) {
      time += seconds * 1000;
    },
  };
}

const times = <T>(count: number, work: () => T) => Array.from({ length: count }, work);
const granted = (count: number, take: () => boolean) => times(count, take).filter(Boolean).length;

describe('a bucket', () => {
  test('is full at first: a burst passes, and nothing more', () => {
    const take = createBucket(5, 1, setUp().now);
    expect(times(7, take)).toEqual([true, true, true, true, true, false, false]);
  });

  test('gets so many tokens each second, and parts of one, too', () => {
    const { now, pass } = setUp();
    const take = createBucket(5, 2, now);
    expect(granted(5, take)).toBe(5);
    pass(0.4);
    expect(take()).toBe(false);
    pass(0.1);
    expect(times(2, take)).toEqual([true, false]);
    pass(1);
    expect(granted(9, take)).toBe(2);
  });

  test('who asks in vain loses nothing by it', () => {
    const { now, pass } = setUp();
    const take = createBucket(1, 1, now);
    take();
    for (const _ of times(10, () => 0)) {
      pass(0.125);
      if (take()) return;
    }
    throw new Error('It never has a token again.');
  });

  test('is never fuller than full', () => {
    const { now, pass } = setUp();
    const take = createBucket(5, 1, now);
    pass(3600);
    expect(granted(9, take)).toBe(5);
  });

  test('what costs more takes more, or nothing', () => {
    const take = createBucket(6, 1, setUp().now);
    expect([take(5), take(5), take(1), take(1)]).toEqual([true, false, true, false]);
  });

  test('has a clock of its own that nobody sets back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const take = createBucket(5, 1);
    take();
    vi.setSystemTime(0);
    expect(granted(9, take)).toBe(4);
  });
});

test('an allowance: to join costs as much as five texts', () => {
  const { now, pass } = setUp();
  const mayAsk = createAllowance(now);
  expect(granted(40, () => mayAsk('join'))).toBe(30);
  expect([mayAsk('chat'), mayAsk('ping'), mayAsk('since')]).toEqual([false, false, false]);
  pass(1);
  expect(granted(20, () => mayAsk('chat'))).toBe(10);
  pass(0.4);
  expect([mayAsk('since'), mayAsk('ping')]).toEqual([false, true]);
});

describe('addresses', () => {
  const ONE = '203.0.113.1';
  const OTHER = '203.0.113.2';

  test('so many connections of one, whoever else is here; who leaves makes room', () => {
    const { enter } = createAddresses({ most: 2 });
    const [first] = [enter(ONE), enter(ONE)];
    expect([enter(ONE), enter(OTHER) !== undefined]).toEqual([undefined, true]);
    first?.leave();
    expect(enter(ONE)).toBeDefined();
    expect(enter(ONE)).toBeUndefined();
  });

  test('all connections of one have one bucket, and another address has its own', () => {
    const { enter } = createAddresses({ burst: 20, perSecond: 1, now: setUp().now });
    const [one, two, other] = [enter(ONE), enter(ONE), enter(OTHER)];
    // Each connection has cost five.
    expect(granted(9, () => one?.mayAsk('chat') ?? false)).toBe(9);
    expect(granted(9, () => two?.mayAsk('chat') ?? false)).toBe(1);
    expect(granted(20, () => other?.mayAsk('ping') ?? false)).toBe(15);
  });

  test('all of one may join once at once, and then one after the other; a text is no join', () => {
    const { now, pass } = setUp();
    const { enter } = createAddresses({ most: 4, burst: 40, perSecond: 10, now });
    const [one, two, other] = [enter(ONE), enter(ONE), enter(OTHER)];
    expect(granted(3, () => one?.mayAsk('join') ?? false)).toBe(3);
    expect(granted(3, () => two?.mayAsk('join') ?? false)).toBe(1);
    expect(granted(9, () => two?.mayAsk('chat') ?? false)).toBe(9);
    expect(granted(9, () => other?.mayAsk('join') ?? false)).toBe(4);
    pass(2);
    expect(granted(9, () => one?.mayAsk('join') ?? false)).toBe(2);
    pass(60);
    expect(granted(9, () => two?.mayAsk('join') ?? false)).toBe(4);
  });

  test('who leaves and comes again at once finds the bucket as it was; later it is full', () => {
    const { now, pass } = setUp();
    const { enter } = createAddresses({ burst: 10, perSecond: 1, now });
    for (const _ of [1, 2]) enter(ONE)?.leave();
    expect(enter(ONE)).toBeUndefined();
    pass(5);
    expect(enter(ONE)).toBeDefined();
    expect(enter(ONE)).toBeUndefined();
    pass(10);
    expect(enter(ONE)).toBeDefined();
  });

  test('where one of two leaves, the other one still counts, however long it stays', () => {
    const { now, pass } = setUp();
    const { enter } = createAddresses({ most: 2, burst: 20, perSecond: 1, now });
    for (const place of [enter(ONE), enter(ONE)].slice(1)) place?.leave();
    pass(1000);
    enter(OTHER);
    expect([enter(ONE) !== undefined, enter(ONE)]).toEqual([true, undefined]);
  });

  test('nothing stays of who has left, once the bucket would be full', () => {
    const { now, pass } = setUp();
    const { enter, size } = createAddresses({ burst: 10, perSecond: 1, now });
    const stays = enter('stays');
    for (let n = 0; n < 100; n += 1) enter(`${n}`)?.leave();
    expect(size()).toBe(101);
    pass(9.9);
    enter('new');
    expect(size()).toBe(102);
    pass(0.1);
    enter(ONE);
    expect(size()).toBe(3);
    for (let n = 0; n < 100; n += 1) enter(`${n}`)?.leave();
    pass(10);
    enter(ONE);
    expect(size()).toBe(3);
    stays?.leave();
    enter('stays');
    pass(100);
    enter(OTHER);
    expect(size()).toBe(4); // Who is here is not forgotten.
  });
});

describe('a log', () => {
  test('writes what there is room for, and then says how many lines it left out', () => {
    const { now, pass } = setUp();
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line), createBucket(2, 1, now));
    for (const line of ['a', 'b', 'c', 'd']) log(line);
    expect(lines).toEqual(['a', 'b']);
    pass(1);
    log('e');
    log('f');
    expect(lines.slice(2)).toEqual(['(2 lines were left out.)', 'e']);
    pass(2);
    log('g');
    log('h');
    expect(lines.slice(4)).toEqual(['(1 lines were left out.)', 'g', 'h']);
  });
});
