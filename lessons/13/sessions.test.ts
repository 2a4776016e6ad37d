/** Sessions and tickets: how long each is good, and for what. On a clock of the test's. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBuckets } from './limits.ts';
import { createSessions, SESSION_LIFE } from './sessions.ts';
import type { StoredSession } from './store.ts';
import { createTickets, TICKET_LIFE } from './tickets.ts';

let now = 0;
const clock = { now: () => now };

beforeEach(() => {
  now = 0;
});

describe('a ticket', () => {
  test('is good once, for whom it was issued', () => {
    const tickets = createTickets<string>(clock);
    const [alices, bobs] = [tickets.issue('alice'), tickets.issue('bob')];
    expect(alices).toMatch(/^[\w-]{43}$/);
    expect(tickets.redeem(bobs)).toBe('bob');
    expect(tickets.redeem(bobs)).toBeUndefined();
    expect(tickets.redeem(alices)).toBe('alice');
    expect(tickets.redeem('')).toBeUndefined();
    expect(tickets.redeem('toString')).toBeUndefined();
  });

  test(`is good for less than ${TICKET_LIFE} ms`, () => {
    const tickets = createTickets<string>(clock);
    const [one, other] = [tickets.issue('alice'), tickets.issue('alice')];
    now = TICKET_LIFE - 1;
    expect(tickets.redeem(one)).toBe('alice');
    now = TICKET_LIFE;
    expect(tickets.redeem(other)).toBeUndefined();
  });

  test('that nobody uses is forgotten', () => {
    const tickets = createTickets<string>(clock);
    for (let n = 0; n < 100_000; n += 1) {
      now += TICKET_LIFE / 100;
      tickets.issue('mallory');
    }
    expect(tickets.size()).toBe(100);
  });
});

describe('a session', () => {
  const kept = () => {
    const sessions = new Map<string, StoredSession>();
    return { sessions, saves: [] as string[] };
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Lets time pass, for both clocks. */
  function pass(ms: number): void {
    now += ms;
    vi.advanceTimersByTime(ms);
  }

  function begin(where = kept()) {
    const save = async () => void where.saves.push(JSON.stringify([...where.sessions]));
    return { where, sessions: createSessions({ sessions: where.sessions, save }, clock) };
  }

  test('belongs to who has its token, until time is over', async () => {
    const { sessions } = begin();
    const token = await sessions.begin('alice');
    expect(sessions.find(token)).toMatchObject({ name: 'alice', endsAt: SESSION_LIFE });
    expect(sessions.find(undefined)).toBeUndefined();
    expect(sessions.find('')).toBeUndefined();
    const session = sessions.find(token);
    pass(SESSION_LIFE - 1);
    expect(sessions.find(token)).toBe(session);
    pass(1);
    expect(sessions.find(token)).toBeUndefined();
    expect(session && sessions.isAlive(session)).toBe(false);
  });

  test('is kept, and its token is not: who reads the file is nobody', async () => {
    const { where, sessions } = begin();
    const token = await sessions.begin('alice');
    expect(where.saves.join()).toContain('alice');
    expect(where.saves.join()).not.toContain(token);
    const [{ id } = { id: '' }] = where.sessions.values();
    expect(sessions.find(id)).toBeUndefined();
  });

  test('survives a restart, and time goes on meanwhile', async () => {
    const { where, sessions } = begin();
    const token = await sessions.begin('alice');
    pass(1_000);
    const next = begin(where).sessions;
    expect(next.find(token)?.name).toBe('alice');
    const ends = vi.fn();
    const session = next.find(token);
    if (session) next.whenEnded(session, ends);
    pass(SESSION_LIFE - 1_001);
    expect(ends).not.toHaveBeenCalled();
    pass(1);
    expect(ends).toHaveBeenCalledOnce();
    expect(begin(where).sessions.find(token)).toBeUndefined();
  });

  test('whose user logs out ends for all who wait for that, once, and no other one does', async () => {
    const { where, sessions } = begin();
    const [one, other] = [await sessions.begin('alice'), await sessions.begin('alice')];
    const told: string[] = [];
    const listen = (token: string, name: string) => {
      const session = sessions.find(token);
      return session ? sessions.whenEnded(session, () => told.push(name)) : () => {};
    };
    listen(one, 'first tab');
    listen(one, 'second tab');
    const forget = listen(one, 'closed tab');
    listen(other, 'phone');
    forget();
    const session = sessions.find(one);
    if (session) await sessions.end(session);
    expect(told).toEqual(['first tab', 'second tab']);
    expect(sessions.find(one)).toBeUndefined();
    expect(sessions.find(other)).toBeDefined();
    expect(where.saves.at(-1)?.split('endsAt').length).toBe(2);
    pass(SESSION_LIFE);
    expect(told).toEqual(['first tab', 'second tab', 'phone']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is over is not kept for ever', async () => {
    const { where, sessions } = begin();
    for (let n = 0; n < 50; n += 1) {
      now += SESSION_LIFE / 10;
      await sessions.begin('alice');
    }
    expect(where.sessions.size).toBe(10);
  });
});

describe('attempts', () => {
  test('each name has a bucket of its own, and what is full again is forgotten', () => {
    const mayTry = createBuckets(3, 0.1, clock.now);
    const tries = (name: string) => [1, 2, 3, 4].map(() => mayTry(name));
    expect(tries('alice')).toEqual([true, true, true, false]);
    expect(tries('bob')).toEqual([true, true, true, false]);
    now += 10_000;
    expect(tries('alice')).toEqual([true, false, false, false]);
    // Who asks on and on, in vain, does not get a new bucket by that.
    let granted = 0;
    for (let n = 0; n < 100; n += 1) {
      now += 1_000;
      if (mayTry('mallory')) granted += 1;
    }
    expect(granted).toBeLessThanOrEqual(3 + 10);
    expect(tries('alice')).toEqual([true, true, true, false]);
  });
});
