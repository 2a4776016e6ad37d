/** What the attack takes for forged, what it says of a lesson's traits, and how it is asked. */
import { describe, expect, test } from 'vitest';
import { loadTraits, loadTraitsOf } from '#shared/testing/traits.ts';
import { readArguments } from './arguments.ts';
import { forgeriesIn, OLD_TIME } from './heard.ts';
import { GROUPS, KINDS } from './kinds.ts';
import { createLog, FORGED_LINE } from './log.ts';
import { type Fared, faultsOf, tableOf } from './table.ts';

describe('what somebody polite hears', async () => {
  const { fuzz } = await loadTraitsOf('lessons/04');
  const at = '2026-11-29T00:00:00.000Z';
  const found = (message: object) => forgeriesIn(JSON.stringify(message), fuzz);

  test.for([
    { type: 'chat', username: 'alice', message: 'call 7', at },
    { type: 'chat', username: 'mallory', message: 'call 2000007', at },
    { type: 'system', message: 'mallory joined.', usernames: ['alice', 'bob', 'mallory', 'alicia'], at },
  ])('is all right: %o', (message) => {
    expect(found(message)).toEqual([]);
  });

  test.for<[string, object]>([
    ['A stranger spoke as alice', { type: 'chat', username: 'alice', message: 'call 2000007', at }],
    ['A stranger spoke as bob', { type: 'chat', username: 'bob', message: 'mallory was here', at }],
    ['A stranger said when it was', { type: 'chat', username: 'mallory', message: 'x', at: OLD_TIME }],
    ['looks like alice', { type: 'system', message: 'x', usernames: ['Alice\u200b'], at }],
    ['looks like bob', { type: 'chat', username: 'ｂｏｂ', message: 'x', at }],
    ['No message of this protocol', { type: 'chat', username: 'mallory', message: 'x', at, extra: 1 }],
    ['No message of this protocol', { type: 'admin' }],
  ])('is forged: %s', ([sentence, message]) => {
    expect(found(message)).toEqual([expect.stringContaining(sentence)]);
  });

  test('where there is no protocol, it is one of the texts', async () => {
    const { fuzz: echo } = await loadTraitsOf('lessons/01');
    expect(forgeriesIn('Echo: call 5', echo)).toEqual([]);
    expect(forgeriesIn('Echo: hi', echo)).toHaveLength(1);
  });
});

test('a line of the log is forged where a stranger began it, or a terminal would obey it', () => {
  const log = createLog();
  log.add(['A client arrived.', `A client left: code 4000, reason '\\n${FORGED_LINE}'.`]);
  expect(log.since()).toMatchObject({ lines: 2, forged: [] });
  log.add([FORGED_LINE, 'a\u001b[2J', 'a\u2028b', 'a\rb']);
  expect(log.since().forged).toHaveLength(3); // No more are kept.
  expect(log.since()).toEqual({ lines: 0, bytes: 0, forged: [] });
});

describe('a lesson falls as its traits say, or that is a fault', () => {
  const fared = (open: Fared['open'], falls: Fared['fought'][number]['falls']): Fared[] => [
    { head: '03', name: 'lessons/03', fought: [{ kind: 'junk', falls, letIn: 1, ms: 1 }], open },
  ];
  const faults = (all: Fared[], later: Fared['open'] | undefined = {}) =>
    faultsOf(all, () => later, ['junk']);
  const noise = { fact: 'noise', why: 'too much' } as const;
  const junk = { falls: ['noise' as const], closedBy: '11' };

  test('it survives, or falls as is said', () => {
    expect(faults(fared({}, []))).toEqual([]);
    expect(faults(fared({ junk }, [noise]))).toEqual([]);
    expect(faults(fared({ junk }, [noise]), undefined)).toEqual([]);
  });

  test.for<[string, Fared[], Fared['open']?]>([
    ['falls to "junk" (noise): too much', fared({}, [noise])],
    ['falls to "junk" (ends): gone', fared({ junk }, [noise, { fact: 'ends', why: 'gone' }])],
    ['but it does not fall to it', fared({ junk }, [])],
    ['there is no such attack', fared({ jonk: junk }, [])],
    ['leaves it open, too', fared({ junk }, [noise]), { junk }],
  ])('%s', ([sentence, all, later]) => {
    expect(faults(all, later)).toEqual([expect.stringContaining(sentence)]);
  });

  test('it has let in strangers: else it was not attacked', () => {
    const fought = Array.from({ length: 30 }, () => ({ kind: 'junk', falls: [], letIn: 0, ms: 1 }));
    const all = fared({}, []).map((one) => ({ ...one, fought }));
    expect(faults(all)).toEqual([expect.stringContaining('has let in no stranger at all')]);
  });

  test('the table tells it in 100 columns, with fourteen servers', () => {
    const all = fared({ junk }, [noise]);
    expect(tableOf({ messages: ['junk'] }, all).at(-1)).toMatch(/^junk +11$/);
    expect(tableOf({ messages: ['junk'] }, fared({}, [noise])).at(-1)).toMatch(/^junk +FELL$/);
    expect(tableOf({ messages: ['junk'] }, fared({}, [])).at(-1)).toMatch(/^junk +·$/);
    const groups = Object.fromEntries(
      Object.entries(GROUPS).map(([group, kinds]) => [group, kinds.map(({ name }) => name)]),
    );
    const many = Array.from({ length: 14 }, () => all[0]).filter((one) => one !== undefined);
    for (const line of tableOf(groups, many)) expect(line.length).toBeLessThanOrEqual(100);
  });
});

test('each attack has a name of its own, there are thirty and more, and every hole in traits is one of them', async () => {
  const names = KINDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(30);
  const declared = (await loadTraits()).flatMap(({ attack }) => Object.keys(attack?.open ?? {}));
  expect(declared.filter((name) => !names.includes(name))).toEqual([]);
});

describe('what one asks for', () => {
  const read = (...words: string[]) => readArguments(words, { lessons: ['01', '05'], groups: GROUPS });

  test('is all, without a word', () => {
    expect(read()).toMatchObject({ lessons: ['01', '05'], isWithWorkshop: true });
    expect(read()).toHaveProperty('kinds.length', KINDS.length);
  });

  test('is a lesson and a part of a name, or a group', () => {
    const asked = read('5', 'flood of p');
    expect(asked).toMatchObject({
      lessons: ['05'],
      isWithWorkshop: false,
      kinds: [{ name: 'a flood of pings' }],
    });
    expect(read('frames')).toHaveProperty('kinds.length', GROUPS.frames?.length);
    expect(read('workshop', 'junk')).toMatchObject({ lessons: [], isWithWorkshop: true });
  });

  test('is the short form', () => {
    expect('kinds' in read('short') && KINDS.length > Object(read('short')).kinds.length).toBe(true);
  });

  test.for(['--help', '-h', '77', 'nonsense', '--shrt'])('%s: one sentence says how to ask', (word) => {
    const answer = read('01', word);
    expect(answer).toHaveProperty('sentence', expect.stringContaining('npm run attack -- [short]'));
    expect(answer).toHaveProperty('isHelp', word.includes('h') && word.startsWith('-') && word !== '--shrt');
    expect(Object(answer).sentence).not.toContain('\n');
  });
});
