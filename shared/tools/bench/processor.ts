/** How much processor time a lesson's server needs for a message, against `ws` alone. */
import { get } from 'node:http';
import { type Crowd, gather } from './crowd.ts';
import { type MeasuredServer, startMeasured } from './measured-server.ts';
import { type Row, rated, spread } from './table.ts';

const ROUNDS = 20;

/** How many rounds' worth of messages go first, so that the engine has compiled what it will. */
const WARM_UP = 3;

const BARE_ECHO = 'shared/tools/bench/bare-echo.ts';
const BARE_BROADCAST = 'shared/tools/bench/bare-broadcast.ts';

/** A server under test: how its clients begin, and how many frames they get until all are there. */
type Contender = {
  name: string;
  file: string;
  atLeast?: number;
  hello?: (n: number) => string;
  greetings: (size: number) => number;
  /** What is sent over and over. */
  text: string;
  env?: NodeJS.ProcessEnv;
  /** Whether somebody looks at the wire all the time. */
  isWatched?: boolean;
  /** The contender that does the same work with `ws` alone, where it is not the first. */
  against?: string;
};

/** Everybody hears of each who comes later: what lessons 03 and 04 do on purpose. */
const toAllBefore = (size: number) => size + (size * (size - 1)) / 2;

const ECHOES: Contender[] = [
  { name: 'bare ws', file: BARE_ECHO, greetings: () => 0, text: 'Hello, world' },
  // Lesson 01's protocol joins two texts. That costs `ws` alone something, too.
  {
    name: "bare ws with 'Echo: '",
    file: BARE_ECHO,
    env: { PREFIX: 'Echo: ' },
    greetings: () => 0,
    text: 'Hello, world',
  },
  {
    name: 'lesson 01',
    file: 'lessons/01/server.ts',
    atLeast: 0.95,
    against: "bare ws with 'Echo: '",
    greetings: (size) => size,
    text: 'Hello, world',
  },
  {
    name: 'lesson 02',
    file: 'lessons/02/server.ts',
    atLeast: 0.75,
    greetings: (size) => size,
    text: 'Hello, world',
  },
];

const BROADCASTS: Contender[] = [
  { name: 'bare ws', file: BARE_BROADCAST, greetings: () => 0, text: 'Hello, world' },
  {
    name: 'lesson 03',
    file: 'lessons/03/server.ts',
    atLeast: 0.95,
    greetings: toAllBefore,
    text: '{"message":"Hello, world"}',
  },
  {
    name: 'lesson 04',
    file: 'lessons/04/server.ts',
    atLeast: 0.95,
    hello: (n) => `{"type":"join","username":"${n.toString(36)}"}`,
    greetings: toAllBefore,
    text: '{"type":"chat","message":"Hello, world"}',
  },
  {
    name: 'lesson 06',
    file: 'lessons/06/server.ts',
    atLeast: 0.95,
    greetings: (size) => size,
    text: '{"type":"line","from":[0.25,0.5],"to":[0.75,1],"color":"#123abc","width":4}',
  },
];

const TAPPED_ECHO = 'shared/tools/bench/tapped-echo.ts';
const TAPPED: Contender[] = [
  { name: 'no tap', file: TAPPED_ECHO, greetings: () => 0, text: 'Hello, world' },
  {
    name: 'tap, nobody looks',
    file: TAPPED_ECHO,
    env: { TAP: 'yes' },
    atLeast: 0.97,
    greetings: () => 0,
    text: 'Hello, world',
  },
  {
    name: 'tap, somebody looks',
    file: TAPPED_ECHO,
    env: { TAP: 'yes' },
    isWatched: true,
    atLeast: 0.67,
    greetings: () => 0,
    text: 'Hello, world',
  },
];

/** With one message at a time on a single connection one measures how the system wakes a process, and nothing else. */
function echo(crowd: Crowd, { text }: Contender, size: number): Promise<number> {
  const times = Math.ceil(8000 / size);
  return crowd.pingPong(text, times, size === 1 ? 20 : 1).then(() => times * size);
}

/** What the wire view costs: the same server with the tap and without. */
export function measureTap(): Promise<Row[]> {
  return compare(TAPPED, [1, 100], 'echo', echo);
}

/** Each client sends, and sends again when the answer is there. 0.95: `ws` alone needs 0.95 of the time. */
export function measureEcho(): Promise<Row[]> {
  return compare(ECHOES, [1, 100, 1000], 'echo', echo);
}

/** One client sends, and sends again when everybody has it. */
export function measureBroadcast(): Promise<Row[]> {
  return compare(BROADCASTS, [100, 1000], 'broadcast', (crowd, { text }, size) => {
    const times = Math.ceil(8000 / size);
    return crowd.broadcast(text, times).then(() => times * size);
  });
}

/** @param play sends messages, and gives how many the server has sent */
async function compare(
  contenders: Contender[],
  sizes: number[],
  what: string,
  play: (crowd: Crowd, contender: Contender, size: number) => Promise<number>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const entries: { contender: Contender; server: MeasuredServer; crowd: Crowd; costs: number[] }[] = [];
    for (const contender of contenders) {
      const server = await startMeasured(contender.file, contender.env);
      if (contender.isWatched)
        get(`${server.socketUrl.replace('ws', 'http')}/wire`, (feed) => feed.resume()).on('error', () => {});
      const crowd = await gather(server.socketUrl, size, contender.hello);
      await crowd.received(contender.greetings(size));
      entries.push({ contender, server, crowd, costs: [] });
    }
    // A B C A B C …: a slow second hits them all, and none of them finds the caches as it left them.
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const { contender, server, crowd, costs } of entries) {
        const before = await server.cpu();
        const messages = await play(crowd, contender, size);
        if (round >= 0) costs.push(((await server.cpu()) - before) / messages);
      }
    }
    const unit = what === 'echo' ? 'connections' : 'receivers';
    for (const { contender, costs } of entries.slice(1)) {
      const bare = entries.find((one) => one.contender.name === contender.against) ?? entries[0];
      const bareCosts = bare?.costs ?? [];
      const ratios = costs.map((cost, round) => (bareCosts[round] ?? Number.NaN) / cost);
      const [own, other] = [undisturbed(costs), undisturbed(bareCosts)];
      const micros = `${own.toFixed(1)} µs a message, ${bare?.contender.name} ${other.toFixed(1)}`;
      rows.push(
        rated(`${contender.name}, ${what}, ${size} ${unit}: ${micros}`, other / own, {
          ...(contender.atLeast === undefined ? {} : { atLeast: contender.atLeast }),
          more: spread(ratios),
        }),
      );
    }
    for (const { crowd, server } of entries) {
      await server.stop();
      crowd.end();
    }
  }
  return rows;
}

/**
 * The quarter point of the rounds. Another program on the machine makes a message dearer (it takes the caches and
 * half the core), never cheaper: so the better half of the rounds says more than all of them, and the best says least.
 */
function undisturbed(costs: number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 4)] ?? Number.NaN;
}

/** What an idle connection holds in the server's process, on the heap and in all. */
export async function measureMemory(): Promise<Row[]> {
  const rows: Row[] = [];
  const idle = [
    ...ECHOES,
    ...['04', '05', '06'].map((number) => ({
      name: `lesson ${number}`,
      file: `lessons/${number}/server.ts`,
      greetings: (size: number) => (number === '06' ? size : 0),
    })),
    { name: 'lesson 03', file: 'lessons/03/server.ts', greetings: toAllBefore },
  ];
  for (const { name, file, greetings } of idle) {
    // In lesson 03 all hear of all: with 2,000 that is two million messages.
    const size = name === 'lesson 03' ? 500 : 2000;
    const server = await startMeasured(file);
    const few = await gather(server.socketUrl, 100);
    await few.received(greetings(100));
    const before = await server.memory();
    few.end();
    const many = await gather(server.socketUrl, size);
    const after = await server.memory();
    await server.stop();
    many.end();
    const each = (from: number, to: number) => (to - from) / (size - 100) / 1024;
    const heap = each(before.heap, after.heap);
    const rss = each(before.rss, after.rss);
    rows.push(
      rated(`${name}, heap of an idle connection (${size})`, heap, {
        atMost: 10,
        unit: ' KiB',
        more: `  (rss ${rss.toFixed(1)})`,
      }),
    );
  }
  return rows;
}
