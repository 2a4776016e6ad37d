/** How much processor time a lesson's server needs for a message, against `ws` alone, and how much memory for a client. */
import { get } from 'node:http';
import { addressFor, loadTraits, type Measuring } from '#shared/testing/traits.ts';
import { type Crowd, gather } from './crowd.ts';
import { type MeasuredServer, startMeasured } from './measured-server.ts';
import { type Row, rated, spread } from './table.ts';

const ROUNDS = 20;

/** How many rounds' worth of messages go first, so that the engine has compiled what it will. */
const WARM_UP = 3;

/** A server under test. */
type Contender = Pick<Measuring, 'greetings' | 'hello' | 'mostConnections'> & {
  name: string;
  file: string;
  /** What is sent over and over. */
  text: string;
  atLeast?: number;
  env?: NodeJS.ProcessEnv;
  /** Whether somebody looks at the wire all the time. */
  isWatched?: boolean;
  /** The contender that does the same work with `ws` alone, where it is not the first. */
  against?: string;
};

/** `ws` alone: with nothing in its environment it gives each text back. */
function bare(name = 'bare ws', env: NodeJS.ProcessEnv = {}): Contender {
  return { name, file: 'shared/tools/bench/bare-server.ts', env, greetings: () => 0, text: 'Hello, world' };
}

/** The lessons that do this kind of work. One that answers with a prefix brings a bare server that does so, too. */
async function lessonsThat(work: 'echo' | 'broadcast'): Promise<Contender[]> {
  return (await loadTraits()).flatMap(({ folder, measure }): Contender[] => {
    const { greetings, hello, [work]: told } = measure;
    if (!told) return [];
    const { text, atLeast, prefix } = told;
    const lesson = { name: folder, file: `${folder}/server.ts`, greetings, hello, text, atLeast };
    if (prefix === undefined) return [lesson];
    const against = `bare ws with '${prefix}'`;
    return [bare(against, { PREFIX: prefix }), { ...lesson, against }];
  });
}

const TAPPED: Contender[] = [
  bare('no tap'),
  { ...bare('tap, nobody looks', { TAP: 'yes' }), atLeast: 0.97 },
  { ...bare('tap, somebody looks', { TAP: 'yes' }), isWatched: true, atLeast: 0.67 },
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
export async function measureEcho(): Promise<Row[]> {
  return compare([bare(), ...(await lessonsThat('echo'))], [1, 100, 1000], 'echo', echo);
}

/** One client sends, and sends again when everybody has it. */
export async function measureBroadcast(): Promise<Row[]> {
  const contenders = [bare('bare ws', { BROADCAST: 'yes' }), ...(await lessonsThat('broadcast'))];
  return compare(contenders, [100, 1000], 'broadcast', (crowd, { text }, size) => {
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
      const crowd = await gather(server.socketUrl, size, contender.hello?.text);
      await crowd.received(contender.greetings(size) + (contender.hello?.answers(size) ?? 0));
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
  const lessons = (await loadTraits()).map(({ folder, measure, door }) => {
    const { greetings, mostConnections } = measure;
    return { name: folder, file: `${folder}/server.ts`, greetings, mostConnections, door };
  });
  for (const { name, file, greetings, mostConnections = 2000, door } of [
    { ...bare(), door: undefined },
    ...lessons,
  ]) {
    // Where all hear of all, 2,000 clients hear two million messages.
    const size = Math.min(greetings(2000) > 2000 ? 500 : 2000, mostConnections);
    const server = await startMeasured(file);
    const where = (n: number) => addressFor(door, server.socketUrl, `guest ${n}`);
    const few = await gather(where, 100);
    await few.received(greetings(100));
    const before = await server.memory();
    few.end();
    const many = await gather(where, size);
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
