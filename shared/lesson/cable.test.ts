/** What each fault of a cable does to the bytes of a connection, in each direction. */
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Direction } from './cable.ts';
import { fence, isSaid, joined, PATIENCE, plugIn } from './cable-testing.ts';

const OTHER: Record<Direction, Direction> = { up: 'down', down: 'up' };

describe.each<Direction>(['up', 'down'])('in the direction %s', (direction) => {
  const other = OTHER[direction];

  test('a frozen cable holds bytes and the end back, and gives them in order once it is healed', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.freeze(direction);
    sender.socket.write('one ');
    sender.socket.write('two');
    sender.socket.end();
    ends[other].sender.socket.write('the other way');
    await isSaid(ends[other].getter, 'the other way');
    await fence();
    expect(getter.text()).toBe('');
    expect(getter.ended).toEqual([]);
    cable.heal(direction);
    await once(getter.socket, 'end');
    expect(getter.text()).toBe('one two');
  });

  test('a frozen cable holds a sender up: it does not take bytes without end', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    const SIZE = 32 * 1024 * 1024;
    cable.freeze(direction);
    sender.socket.write(Buffer.alloc(SIZE / 2, 'a'));
    sender.socket.end(Buffer.alloc(SIZE / 2, 'b'));
    await fence(300);
    expect(sender.socket.writableLength).toBeGreaterThan(SIZE / 2 - 1);
    cable.heal();
    await once(getter.socket, 'end');
    const got = Buffer.concat(getter.pieces);
    expect([got.length, got.indexOf('b'), got.lastIndexOf('a')]).toEqual([SIZE, SIZE / 2, SIZE / 2 - 1]);
  });

  test('so does a getter that does not read', async () => {
    const { ends } = await joined();
    const { sender, getter } = ends[direction];
    getter.socket.pause();
    sender.socket.end(Buffer.alloc(32 * 1024 * 1024));
    await fence(300);
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    getter.socket.resume();
    await once(getter.socket, 'end');
    expect(Buffer.concat(getter.pieces).length).toBe(32 * 1024 * 1024);
  });
});

describe.each<Direction>(['up', 'down'])('in the direction %s, slowly', (direction) => {
  const other = OTHER[direction];

  test('a delay lets bytes through that much later, and healing lets them through now', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.delay(80, direction);
    const since = performance.now();
    sender.socket.write('late');
    await once(getter.socket, 'data');
    expect(performance.now() - since).toBeGreaterThanOrEqual(80);
    cable.delay(3_600_000, direction);
    sender.socket.write(' in an hour');
    ends[other].sender.socket.write('now');
    await isSaid(ends[other].getter, 'now');
    await fence();
    expect(getter.text()).toBe('late');
    cable.heal();
    await isSaid(getter, 'late in an hour');
  });

  test('a throttled cable carries no more than so many bytes a second', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.throttle(10_000, direction);
    const sent = Buffer.from(Array.from({ length: 2000 }, (_, at) => at % 251));
    const since = performance.now();
    sender.socket.end(sent);
    await once(getter.socket, 'end');
    // The last piece of ten milliseconds takes no time.
    expect(performance.now() - since).toBeGreaterThanOrEqual(190);
    expect(Buffer.concat(getter.pieces)).toEqual(sent);
    expect(getter.pieces.length).toBeGreaterThan(10);
  });

  test('split, each byte comes by itself; with jitter, too, all come in order', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.split(direction);
    const words = 'each byte by itself';
    sender.socket.write(words);
    await isSaid(getter, words);
    expect(getter.pieces.length).toBeGreaterThan(words.length / 2);
    cable.jitter(3, direction, 7);
    const numbers = Array.from({ length: 100 }, (_, at) => ` ${at}`);
    for (const number of numbers) sender.socket.write(number);
    await isSaid(getter, words + numbers.join(''));
  });

  test.each([0, 1, 7, 100_000])('after exactly %i bytes it is cut, once', async (count) => {
    const { server, cable, ends, client, far } = await joined();
    const { sender, getter } = ends[direction];
    cable.cutAfter(count, direction);
    ends[other].sender.socket.write('this does not count');
    await isSaid(ends[other].getter, 'this does not count');
    sender.socket.write(Buffer.alloc(150_000, 'x'));
    await expect
      .poll(() => [client, far].every(({ ended }) => ended.includes('closed')), PATIENCE)
      .toBe(true);
    expect(Buffer.concat(getter.pieces).length).toBe(count);
    const next = await plugIn(cable.port);
    next.socket.write('whole again');
    await expect.poll(() => server.ends[1]?.text(), PATIENCE).toBe('whole again');
  });
});

test('the same seed draws the same delays, and another one does not', async () => {
  const { cable, client, far } = await joined();
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  /** How long each of five pieces is on its way, in ms. */
  const delays = async (seed: number) => {
    cable.jitter(40, 'up', seed);
    const times: number[] = [];
    while (times.length < 5) {
      const since = performance.now();
      client.socket.write('x');
      while (far.pieces.length === 0) {
        vi.advanceTimersToNextTimer();
        await new Promise(setImmediate);
      }
      far.pieces.length = 0;
      times.push(performance.now() - since);
    }
    return times;
  };
  const first = await delays(1);
  expect(await delays(1)).toEqual(first);
  expect(await delays(2)).not.toEqual(first);
  expect(new Set(first).size).toBeGreaterThan(3);
  expect(Math.max(...first)).toBeLessThanOrEqual(41);
});
