/** The check of exercise 05. You may read it; the task is in README.md. */

import { type PageMove, playBesideLesson } from '#shared/check/beside-lesson.ts';
import { asJson, NONSENSE, nearlyMessages, withMore } from '#shared/check/edges.ts';
import { exercise, page, server, test } from '#shared/check/exercise.ts';
import { fits, type Message } from '#shared/check/fits.ts';
import { expect, isText, timeSince } from '#shared/check/matchers.ts';
import { breaks, connects, leaves, lingers, PEOPLE, says } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { PageRoom } from '#shared/check/room.ts';
import { departures, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const RED = { from: [0.1, 0.2], to: [0.3, 0.4], color: '#ff0000', width: 5 };
const GREEN = { from: [0, 0], to: [1, 1], color: '#00aa00', width: 1 };
const BLUE = { from: [0.5, 0.25], to: [0.125, 1], color: '#0000FF', width: 50 };
const MAX_LINES = 10_000;

const serverTests = [
  test('a newcomer gets the canvas: no lines, and seq 0', async ({ connect }) => {
    const alice = await connect('alice');
    await alice.receives({ type: 'canvas', lines: [], seq: 0 });
  }),

  test('a line goes to everyone, its sender too', async ({ connect }) => {
    const [alice, bob] = await two(connect);
    alice.send({ type: 'line', ...RED });
    await bob.receives({ type: 'line', ...RED, seq: 1 });
    await alice.receives({ type: 'line', ...RED, seq: 1 }, 'alice waits for her own line to come back.');
    bob.send({ type: 'line', ...BLUE });
    await alice.receives({ type: 'line', ...BLUE, seq: 2 });
    await bob.receives({ type: 'line', ...BLUE, seq: 2 });
    bob.exactly(2, { type: 'line' }, 'Two lines were drawn, but bob did not get exactly two.');
    alice.exactly(2, { type: 'line' }, 'Two lines were drawn, but alice did not get exactly two.');
  }),

  test('each change has the next seq, in one order for everyone', async ({ connect }) => {
    const [alice, bob] = await two(connect);
    for (let step = 0; step < 20; step += 1) {
      alice.send({ type: 'line', ...RED, width: step + 1 });
      bob.send({ type: 'line', ...GREEN, width: step + 1 });
    }
    for (const client of [alice, bob]) await client.receives({ type: 'line', seq: 40 });
    const [seen, seenByBob] = [alice, bob].map((client) => linesOf(client));
    expect(
      JSON.stringify(seen?.map(({ seq }) => seq)) ===
        JSON.stringify(Array.from({ length: 40 }, (_, at) => at + 1)),
      'alice did not get the changes 1 to 40 in this order, each once.',
    );
    expect(
      seen?.length === seenByBob?.length &&
        seen?.every((line, at) => sameLine(asLine(seenByBob, at), drawnOf(line))) === true,
      'alice and bob got the lines in another order.',
    );
    for (const color of [RED.color, GREEN.color]) {
      const widths = seen?.filter((line) => line.color === color).map(({ width }) => Number(width));
      expect(isRising(widths ?? []), 'The lines of one person arrived in another order than they were sent.');
    }
  }),

  test('a newcomer gets all lines so far, in their order', async ({ connect }) => {
    const alice = await connect('alice');
    for (const line of [RED, GREEN, BLUE]) alice.send({ type: 'line', ...line });
    await alice.receives({ type: 'line', seq: 3 });
    const bob = await connect('bob');
    const { lines } = await bob.receives({ type: 'canvas', seq: 3, lines: isListOf(3) });
    [RED, GREEN, BLUE].forEach((line, at) => {
      expect(
        sameLine(asLine(lines, at), line),
        `Line ${at + 1} of the newcomer's canvas is not the line drawn.`,
      );
    });
  }),

  test('who comes in the middle of a stroke misses nothing, and gets nothing twice', async (room) => {
    const alice = await room.connect('alice');
    let drawn = 0;
    const drawSome = () => {
      alice.sendAll([1, 2, 3].map((width) => ({ type: 'line', ...RED, width })));
      drawn += 3;
    };
    drawSome();
    // Lines that the server finds at the same moment as the newcomer, right before or right after.
    for (const [name, isFirst] of [
      ['bob', true] as const,
      ['carol', false] as const,
      ['dave', true] as const,
    ]) {
      const come = await room.approach(name);
      let coming: Promise<Client> | undefined;
      const comes = () => {
        coming = come();
        coming.catch(() => {}); // If this fails it fails below, where it is awaited.
      };
      await room.together(...(isFirst ? [comes, drawSome] : [drawSome, comes]));
      const newcomer = await coming;
      drawSome();
      await alice.receives({ type: 'line', seq: drawn });
      if (newcomer) await expectWholeStroke(newcomer, drawn);
    }
  }),

  test('a clear empties the canvas: for everyone, and for newcomers', async ({ connect }) => {
    const [alice, bob] = await two(connect);
    alice.send({ type: 'line', ...RED });
    await bob.receives({ type: 'line', seq: 1 });
    bob.send({ type: 'clear' });
    await alice.receives({ type: 'clear', seq: 2 });
    await bob.receives({ type: 'clear', seq: 2 });
    const carol = await connect('carol');
    await carol.receives({ type: 'canvas', lines: [], seq: 2 });
    alice.send({ type: 'line', ...GREEN });
    await bob.receives({ type: 'line', ...GREEN, seq: 3 });
    const dave = await connect('dave');
    await dave.receives({ type: 'canvas', seq: 3, lines: isListOf(1) });
  }),

  test('bad input gets an error, to its sender alone, and changes nothing', async ({
    connect,
    breakProtocol,
  }) => {
    const [alice, bob] = await two(connect);
    const bad: [unknown, string][] = [
      [Buffer.from(JSON.stringify({ type: 'clear' })), 'not-text'],
      ['{', 'not-json'],
      ['', 'not-json'],
      [null, 'bad-message'],
      [[], 'bad-message'],
      [5, 'bad-message'],
      ['"clear"', 'bad-message'],
      [{ type: 'erase' }, 'bad-message'],
      [{ type: 'constructor' }, 'bad-message'],
      [{ type: 'line', ...RED, from: [0.1] }, 'bad-message'],
      [{ type: 'line', ...RED, to: [0.1, 1.1] }, 'bad-message'],
      [{ type: 'line', ...RED, color: 'red' }, 'bad-message'],
      [{ type: 'line', ...RED, color: '#ff0000;' }, 'bad-message'],
      [{ type: 'line', ...RED, width: 51 }, 'bad-message'],
      [{ type: 'line', ...RED, width: '5' }, 'bad-message'],
    ];
    for (const [message, code] of bad) {
      alice.send(message);
      await alice.receives({ type: 'error', code, message: isText });
    }
    await breakProtocol('mallory');
    alice.send({ type: 'line', ...GREEN });
    await bob.receives({ type: 'line', ...GREEN, seq: 1 }, 'After bad input, the next good line has seq 1.');
    bob.never({ type: 'error' }, 'bob got the error for what alice sent.');
    bob.exactly(1, { type: 'line' }, 'Something was drawn that is no line.');
    bob.never({ type: 'clear' }, 'A message that is no clear emptied the canvas.');
  }),

  test('only what belongs to a line is kept and passed on', async ({ connect }) => {
    const [alice, bob] = await two(connect);
    alice.send({ type: 'line', seq: 77, ...RED, note: 'x'.repeat(1000), constructor: 'y' });
    const line = await bob.receives({ type: 'line', ...RED, seq: 1 });
    expect(
      !('note' in line) && !Object.hasOwn(line, 'constructor'),
      'A field that nobody knows was passed on to bob.',
    );
    const carol = await connect('carol');
    const { lines } = await carol.receives({ type: 'canvas', seq: 1, lines: isListOf(1) });
    expect(!('note' in asLine(lines, 0)), 'A field that nobody knows was kept, and sent to a newcomer.');
  }),

  test('the canvas keeps the last 10,000 lines', async ({ connect }) => {
    const alice = await connect('alice');
    // Not all at once: a machine that is busy needs more than a second for ten thousand lines.
    const some = MAX_LINES / 10;
    for (let drawn = 0; drawn < MAX_LINES; drawn += some) {
      const lines = Array.from({ length: some }, () => ({ type: 'line', ...RED }));
      alice.sendAll(drawn === 0 ? [{ type: 'line', ...GREEN }, ...lines.slice(1)] : lines);
      await alice.receives({ type: 'line', seq: drawn + some });
    }
    const bob = await connect('bob');
    const full = await bob.receives(
      { type: 'canvas', seq: MAX_LINES },
      'bob connects when 10,000 lines are drawn.',
    );
    expect(isListOf(MAX_LINES)(full.lines), `bob's canvas should have all 10,000 lines.`);
    alice.send({ type: 'line', ...BLUE });
    await bob.receives({ type: 'line', seq: MAX_LINES + 1 });
    const carol = await connect('carol');
    const { lines } = await carol.receives({ type: 'canvas', seq: MAX_LINES + 1 });
    expect(isListOf(MAX_LINES)(lines), 'After line 10,001 the canvas should have 10,000 lines.');
    expect(
      sameLine(asLine(lines, 0), RED) && sameLine(asLine(lines, MAX_LINES - 1), BLUE),
      'After line 10,001 the oldest line should be gone, and the newest be there.',
    );
    // What goes round in a circle must find its beginning again.
    alice.send({ type: 'clear' });
    for (const line of [GREEN, BLUE, RED]) alice.send({ type: 'line', ...line });
    await alice.receives({ type: 'line', seq: MAX_LINES + 5 });
    const dave = await connect('dave');
    const left = await dave.receives({ type: 'canvas', seq: MAX_LINES + 5, lines: isListOf(3) });
    expect(
      [GREEN, BLUE, RED].every((line, at) => sameLine(asLine(left.lines, at), line)),
      'After a clear, three lines were drawn. A newcomer should get them in their order.',
    );
  }),
];

/** What people do at the page of lesson 06, and at yours. */
const WHATEVER_PEOPLE_DO: PageMove[] = [
  { does: 'draws', points: [[0.1, 0.1]] },
  { does: 'slides', label: 'Width', value: 1 },
  {
    does: 'draws',
    points: [
      [0.7, 0.1],
      [0.75, 0.9],
    ],
  },
  { does: 'presses', role: 'radio', label: 'Green' },
  { does: 'slides', label: 'Width', value: 50 },
  {
    does: 'draws',
    points: [
      [0.2, 0.3],
      [0.6, 0.35],
      [0.5, 0.8],
      [0.1, 0.2],
    ],
  },
  {
    does: 'says',
    what: [
      { type: 'line', ...RED, width: 1 },
      { type: 'line', ...GREEN, color: '#AbCdEf', width: 2.5 },
      { type: 'line', ...BLUE, from: [1, 0.5], to: [1, 0.5] },
      { type: 'line', ...RED },
      { type: 'line', ...RED },
    ],
  },
  { does: 'freezes' },
  {
    does: 'draws',
    points: [
      [0.3, 0.9],
      [0.9, 0.8],
    ],
  },
  { does: 'says', what: [{ type: 'line', ...BLUE }, { type: 'clear' }, { type: 'line', ...RED }] },
  { does: 'heals' },
  { does: 'presses', role: 'button', label: 'Clear' },
  { does: 'says', what: [{ type: 'line', ...BLUE, from: [0, 0.1], to: [1, 0.1], color: '#ff0000' }] },
  {
    does: 'loses',
    points: [
      [0.2, 0.7],
      [0.4, 0.7],
    ],
  },
  {
    does: 'draws',
    points: [
      [0.1, 0.9],
      [0.9, 0.1],
    ],
  },
  { does: 'says', what: [{ type: 'clear' }, ...Array.from({ length: 300 }, (_, n) => fan(n / 300))] },
  { does: 'connects' },
  {
    does: 'draws',
    points: [
      [0.4, 0.6],
      [0.6, 0.6],
    ],
  },
  { does: 'says', what: [{ type: 'line', ...BLUE }] },
  { does: 'presses', role: 'button', label: 'Clear' },
  { does: 'says', what: [{ type: 'line', ...GREEN }] },
];

const pageTests = [
  test<PageRoom>('what you draw with the mouse is sent as lines, along the way of the mouse', async (room) => {
    const bob = await room.connect('bob');
    const alice = await room.open('alice');
    await alice.drag([
      [0.25, 0.5],
      [0.75, 0.5],
    ]);
    await bob.receives(
      { type: 'line' },
      'alice drew, but her page sent no line. What does your page do with it?',
    );
    await bob.receives({ type: 'line', to: isNear(0.75, 0.5) }, 'alice drew from 0.25, 0.5 to 0.75, 0.5.');
    const start = linesOf(bob)[0];
    expect(isNear(0.25, 0.5)(start?.from), `alice's first line begins at ${JSON.stringify(start?.from)}.`);
  }),

  test<PageRoom>('a line that somebody else drew is painted', async (room) => {
    const bob = await room.connect('bob');
    const alice = await room.open('alice');
    bob.send({ type: 'line', from: [0.2, 0.2], to: [0.8, 0.2], color: '#ff0000', width: 40 });
    await alice.shows(0.5, 0.2, '#ff0000', 'bob drew a red line over the middle of the canvas.');
    await alice.shows(0.5, 0.8, '#ffffff', 'Nobody drew at the bottom of the canvas.');
  }),

  test<PageRoom>('a page that comes late shows all lines, in their order', async (room) => {
    const bob = await room.connect('bob');
    bob.send({ type: 'line', from: [0.2, 0.5], to: [0.8, 0.5], color: '#ff0000', width: 40 });
    bob.send({ type: 'line', from: [0.5, 0.2], to: [0.5, 0.8], color: '#0000ff', width: 40 });
    await bob.receives({ type: 'line', seq: 2 });
    const alice = await room.open('alice');
    await alice.shows(0.3, 0.5, '#ff0000', 'A red line was there before alice came.');
    await alice.shows(0.5, 0.5, '#0000ff', 'Where the lines cross, the later one lies on top.');
  }),

  test<PageRoom>('a clear empties the page, and the button sends one', async (room) => {
    const bob = await room.connect('bob');
    const alice = await room.open('alice');
    const red = { type: 'line', from: [0.2, 0.5], to: [0.8, 0.5], color: '#ff0000', width: 40 };
    bob.send(red);
    await alice.shows(0.5, 0.5, '#ff0000', 'bob drew a red line.');
    bob.send({ type: 'clear' });
    await alice.shows(0.5, 0.5, '#ffffff', 'bob cleared the canvas.');
    bob.send({ ...red, color: '#00ff00' });
    await alice.shows(0.5, 0.5, '#00ff00', 'bob drew a green line after the clear.');
    await alice.press('button', 'Clear');
    await bob.receives({ type: 'clear', seq: 4 }, 'alice pressed the button "Clear for everyone".');
    await alice.shows(0.5, 0.5, '#ffffff', 'alice cleared the canvas.');
  }),

  test<PageRoom>('two who draw at the same time have the same picture, to the pixel', async (room) => {
    const eve = await room.connect('eve');
    const [alice, bob] = await Promise.all([room.open('alice'), room.open('bob')]);
    await bob.press('radio', 'Red');
    await Promise.all([
      alice.drag(
        [
          [0.1, 0.5],
          [0.9, 0.45],
          [0.1, 0.55],
        ],
        2,
      ),
      bob.drag(
        [
          [0.5, 0.1],
          [0.45, 0.9],
          [0.55, 0.1],
        ],
        2,
      ),
    ]);
    eve.send({ type: 'line', from: [0.02, 0.02], to: [0.06, 0.02], color: '#ff00ff', width: 30 });
    const carol = await room.open('carol');
    for (const painter of [alice, bob, carol]) {
      await painter.shows(0.04, 0.02, '#ff00ff', 'eve drew a line in the corner after the two others.');
    }
    const picture = await carol.picture();
    const hint = 'Are lines painted twice, or in another order than the server says?';
    await alice.looksLike(picture, `alice's picture is not the one that carol, who came late, has. ${hint}`);
    await bob.looksLike(picture, `bob's picture is not the one that carol, who came late, has. ${hint}`);
  }),

  test<PageRoom>('your own line shows at once, before the server has sent it back', async (room) => {
    const cable = await room.cable('alice');
    const bob = await room.connect('bob');
    const alice = await room.open('alice');
    await alice.press('radio', 'Red');
    cable.freeze('up');
    await alice.drag([
      [0.25, 0.5],
      [0.75, 0.5],
    ]);
    const slow = 'alice drew a red line on a slow network: the server does not have it yet.';
    await alice.shows(0.4, 0.5, '#d1382c', `${slow} Her page must show it at once.`);
    const blue = { type: 'line', color: '#0000ff', width: 50 };
    const [crossing, right] = [0.5, 0.9].map((x) => ({ ...blue, from: [x, 0.2], to: [x, 0.8] }));
    // More lines than alice's stroke has pieces.
    bob.sendAll([...Array.from({ length: 10 }, () => crossing), right]);
    await alice.shows(0.9, 0.4, '#0000ff', 'bob drew blue lines.');
    await alice.shows(0.4, 0.5, '#d1382c', `${slow} It must stay in view when bob's lines come.`);
    bob.sendAll([{ type: 'clear' }, crossing]);
    await alice.shows(0.9, 0.4, '#ffffff', 'bob cleared the canvas.');
    await alice.shows(0.4, 0.5, '#d1382c', `${slow} It comes after bob's clear, and must stay in view.`);
    cable.heal();
    await bob.receives({ type: 'line', to: isNear(0.75, 0.5) });
    await alice.shows(0.5, 0.5, '#d1382c', "Where the lines cross, alice's is the later one.");
  }),

  test<PageRoom>('the page does the same as the one of lesson 06, whatever people do', (room) =>
    playBesideLesson(room, WHATEVER_PEOPLE_DO)),
];

const PLACES = [
  [0, 1],
  [1, 0],
  [0.5, 1e-7],
  [-0.001, 0],
  [0, 1.001],
  [0.5],
  [0.1, 0.2, 0.3],
  ['0.1', '0.2'],
  [null, 0],
  { 0: 0.1, 1: 0.2 },
  [[0.1], 0.2],
];
const COLORS = [
  '#00ff00',
  '#00FF00',
  '#AbCdEf',
  '#abc',
  'red',
  '#12345g',
  '#1234567',
  '#ff0000;',
  ' #ff0000',
  '#ff0000\n',
  '',
];
const WIDTHS = [1, 50, 2.5, 0.999, 50.001, 0, -1, '5', 1e308];

/** One stroke, straight on: three lines, one of them a dot. */
const STROKE = [0, 0.25, 0.5, 0.5].slice(1).map((x, at) => ({
  ...RED,
  from: [[0, 0.25, 0.5][at], 0.5],
  to: [x, 0.5],
}));
const TALK: Talk = { enter: () => [], talk: () => ({ type: 'line', ...GREEN }) };

/** Whatever people do, the answer does what lesson 06's server does. The wording of errors is free. */
const oracle: Oracle = {
  lesson: 'lessons/06/server.ts',
  types: ['canvas', 'line', 'clear', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    [
      connects('bob'),
      says('alice', ...[RED, GREEN, BLUE, RED, RED].map((line) => ({ type: 'line', ...line }))),
      connects('carol'),
      says('bob', { type: 'clear' }),
      says('bob', { type: 'clear' }, { type: 'line', ...RED }),
      connects('dave'),
    ],
    [says('alice', { type: 'line', ...RED })],
    [connects('bob'), says('bob', { type: 'line', ...BLUE })],
    [connects('carol')],
    [
      ...PEOPLE.map(connects),
      ...PEOPLE.map((who) => says(who, { type: 'line', ...RED }, { type: 'line', ...RED })),
      ...PEOPLE.map((who) => leaves(who)),
    ],
    [
      connects('alice'),
      connects('bob'),
      lingers('bob'),
      connects('carol'),
      says('alice', { type: 'line', ...RED }),
      says('carol', { type: 'clear' }),
      breaks('carol'),
      says('alice', { type: 'line', ...GREEN }),
      connects('dave'),
    ],
    ...departures(TALK),
    [says('alice', ...STROKE.map((line) => ({ type: 'line', ...line }))), connects('bob')],
    [
      connects('bob'),
      says('alice', { type: 'line', ...GREEN }, ...NONSENSE),
      says('alice', ...nearlyMessages({ type: 'line', ...RED })),
      connects('carol'),
      says('bob', { type: 'line', ...BLUE }),
    ],
    [
      connects('bob'),
      says(
        'alice',
        ...PLACES.flatMap((place) => [
          { ...RED, type: 'line', from: place },
          { ...RED, type: 'line', to: place },
        ]),
      ),
      connects('carol'),
    ],
    [
      connects('bob'),
      says(
        'alice',
        ...COLORS.map((color) => ({ type: 'line', ...RED, color })),
        ...WIDTHS.map((width) => ({ type: 'line', ...RED, width })),
      ),
      connects('carol'),
    ],
    [
      connects('bob'),
      says(
        'alice',
        withMore({ type: 'line', ...RED }),
        withMore({ type: 'clear' }),
        withMore({ type: 'line', ...BLUE }),
      ),
      connects('carol'),
    ],
    [
      says(
        'alice',
        ...Array.from({ length: 300 }, (_, n) => ({ type: 'line', ...RED, width: 1 + (n % 50) })),
      ),
      connects('bob'),
    ],
  ],
  says: (fc) => {
    const fraction = fc.constantFrom(0, 1, 0.5, 0.25, 1e-7, 0.1, 1.0001, -0.1);
    const point = fc.oneof(
      { weight: 12, arbitrary: fc.tuple(fraction, fraction) },
      { weight: 1, arbitrary: fc.constantFrom([0.5], [0.1, 0.2, 0.3], ['0.1', '0.2'], { 0: 1, 1: 1 }) },
    );
    const color = fc.constantFrom('#ff0000', '#00FF00', '#123abc', '#abc', 'red', '#12345g', '#1234567');
    const width = fc.constantFrom(1, 50, 6, 2.5, 0, 51, '5');
    const line = fc.record({ type: fc.constant('line'), from: point, to: point, color, width });
    const good = fc.record({
      type: fc.constant('line'),
      from: fc.tuple(fc.constantFrom(0, 1, 0.5), fc.constantFrom(0, 1, 0.125)),
      to: fc.tuple(fc.constantFrom(0, 1, 0.5), fc.constantFrom(0, 1, 0.125)),
      color: fc.constantFrom('#ff0000', '#00aA00'),
      width: fc.integer({ min: 1, max: 50 }),
    });
    const clear = fc.record({ type: fc.constant('clear') });
    return asJson(
      fc,
      fc.oneof(
        { weight: 7, arbitrary: good },
        { weight: 4, arbitrary: line },
        { weight: 2, arbitrary: clear },
      ),
    );
  },
  asks: ({ type, ...rest }, since) => {
    if (type === 'error') return { ...rest, type, message: isText, at: timeSince(since) };
    return { ...rest, type, ...(Array.isArray(rest.lines) ? { lines: linesLike(rest.lines) } : {}) };
  },
};

export default await registerWithVitest(
  exercise({
    folder: 'exercises/05',
    title: 'Share a canvas',
    parts: [server(serverTests, oracle), page('lessons/06/server.ts', pageTests)],
  }),
  import.meta.filename,
);

async function two(connect: (name: string) => Promise<Client>): Promise<[Client, Client]> {
  const clients: [Client, Client] = [await connect('alice'), await connect('bob')];
  for (const client of clients) await client.receives({ type: 'canvas' });
  return clients;
}

/** One of many lines from the middle of the top: the place of its end says which. */
function fan(part: number): object {
  return { type: 'line', from: [0.5, 0], to: [part, 1], color: part < 0.5 ? '#2463c9' : '#e8a317', width: 3 };
}

/** The canvas that somebody got first, and the lines that came after it, are all that was drawn. */
async function expectWholeStroke(newcomer: Client, drawn: number): Promise<void> {
  const { name } = newcomer;
  const { seq: first } = await newcomer.receives({ type: 'canvas' });
  if (first !== drawn) await newcomer.receives({ type: 'line', seq: drawn });
  const received = newcomer.received().filter(({ type }) => type === 'canvas' || type === 'line');
  const [canvas] = received;
  expect(canvas?.type === 'canvas', `${name} got a line before the canvas, or no canvas at all.`);
  const seq = Number(canvas.seq);
  const count = Array.isArray(canvas.lines) ? canvas.lines.length : -1;
  expect(count === seq, `${name}'s canvas has ${count} lines, but its seq is ${canvas.seq}.`);
  const later = linesOf(newcomer).map((line) => line.seq);
  const missing = Array.from({ length: drawn - seq }, (_, at) => seq + 1 + at);
  expect(
    JSON.stringify(later) === JSON.stringify(missing),
    `${name}'s canvas ends with seq ${seq}. After that ${name} must get ${seq + 1} to ${drawn}, each once, but got: ${later.join(', ') || 'none'}.`,
  );
}

function linesOf(client: Client): Message[] {
  return client.received().filter(({ type }) => type === 'line');
}

/** What belongs to a line, and its seq. A server may add more, and that may differ from person to person. */
function drawnOf({ from, to, color, width, seq }: Message): object {
  return { from, to, color, width, seq };
}

function isListOf(length: number): (value: unknown) => boolean {
  const check = (value: unknown) => Array.isArray(value) && value.length === length;
  return Object.defineProperty(check, 'name', { value: `a list of ${length} lines` });
}

function asLine(lines: unknown, at: number): object {
  const line: unknown = Array.isArray(lines) ? lines[at] : undefined;
  return typeof line === 'object' && line !== null ? line : {};
}

function sameLine(actual: object, line: object): boolean {
  return fits(actual, { ...line });
}

function isRising(numbers: number[]): boolean {
  return numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0));
}

/** For a pattern: a point close to this one; a page counts in whole pixels. */
function isNear(x: number, y: number): (value: unknown) => boolean {
  const check = (value: unknown) =>
    Array.isArray(value) && Math.abs(value[0] - x) < 0.02 && Math.abs(value[1] - y) < 0.02;
  return Object.defineProperty(check, 'name', { value: `a point near [${x},${y}]` });
}

/** For a pattern: these lines, in their order. Each may have more fields. */
function linesLike(lines: unknown[]): (value: unknown) => boolean {
  const check = (value: unknown) =>
    Array.isArray(value) &&
    value.length === lines.length &&
    lines.every((line, at) => typeof line === 'object' && line !== null && sameLine(asLine(value, at), line));
  return Object.defineProperty(check, 'name', { value: `${lines.length} lines: ${JSON.stringify(lines)}` });
}
