/** What it costs to reach many: a word for a thousand, and two thousand who come. Against `ws` alone, in the same run. */
import type { Socket } from 'node:net';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { loadTraits, type Reach } from '#shared/testing/traits.ts';
import { type MeasuredServer, startMeasured } from './measured-server.ts';
import { median, type Row, rated, spread } from './table.ts';

const [RECEIVERS, JOINS] = [1_000, 2_000];
/** No address has more connections than this. */
const PER_ADDRESS = 200;
const [ROUNDS, WARM_UP, WORDS] = [15, 3, 40];
const JOIN_ROUNDS = 3;
const BARE = 'shared/tools/bench/bare-server.ts';

type Many = {
  sockets: Socket[];
  /** Resolves when each of these has got something with this word in it. */
  heard: (word: string, of?: Socket[]) => Promise<void>;
  end: () => void;
};

async function reachers(): Promise<{ folder: string; reach: Reach }[]> {
  return (await loadTraits()).flatMap(({ folder, measure: { reach } }) => (reach ? [{ folder, reach }] : []));
}

/** Connects many, from several addresses of this machine. They send a pong now and then, and so no heartbeat ends them. */
async function gatherMany(
  { socketUrl }: MeasuredServer,
  size: number,
  hello?: (n: number) => string,
  follow?: (rest: Buffer, socket: Socket) => void,
): Promise<Many> {
  const sockets: Socket[] = [];
  const url = socketUrl.replace('localhost', '127.0.0.1');
  const pong = rawFrame(10);
  const pongs = setInterval(() => {
    for (const socket of sockets) socket?.write(pong); // Some are still on their way.
  }, 2_000);
  async function connectOne(n: number): Promise<void> {
    const { socket, rest } = await rawConnect(url, {}, `127.0.0.${2 + Math.floor(n / PER_ADDRESS)}`);
    socket.setNoDelay(true);
    sockets[n] = socket;
    if (n === 0) follow?.(rest, socket);
    socket.resume();
    if (hello) socket.write(rawFrame(1, hello(n)));
  }
  for (let n = 0; n < size; n += 50)
    await Promise.all(Array.from({ length: Math.min(50, size - n) }, (_, at) => connectOne(n + at)));
  return {
    sockets,
    async heard(word, of = sockets) {
      await Promise.all(of.map((socket) => untilHeard(socket, word)));
    },
    end() {
      clearInterval(pongs);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function untilHeard(socket: Socket, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let end = '';
    const lost = () => reject(new Error('A connection has ended before its time.'));
    socket.once('close', lost);
    socket.on('data', function hear(data: Buffer) {
      end = (end + data.toString('latin1')).slice(-2_000);
      if (!end.includes(word)) return;
      socket.off('data', hear).off('close', lost);
      resolve();
    });
  });
}

/** In turn somebody else says forty words, and the round is over when everybody has the last one. */
export async function measureFanOut(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { folder, reach } of await reachers()) {
    const entries: { server: MeasuredServer; many: Many; say: Reach['say']; costs: number[] }[] = [];
    for (const isLesson of [false, true]) {
      const server = await startMeasured(
        isLesson ? `${folder}/server.ts` : BARE,
        isLesson ? {} : { BROADCAST: 'yes' },
      );
      const many = await gatherMany(server, RECEIVERS, isLesson ? reach.hello : undefined);
      entries.push({ server, many, say: isLesson ? reach.say : (_, word) => word, costs: [] });
    }
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const { server, many, say, costs } of entries) {
        const before = await server.cpu();
        const speaker = many.sockets[round + WARM_UP];
        const last = `the end of round ${round}!`;
        const all = many.heard(last);
        for (let n = 1; n < WORDS; n += 1) speaker?.write(rawFrame(1, say(n, 'Hello, world')));
        speaker?.write(rawFrame(1, say(0, last)));
        await all;
        if (round >= 0) costs.push(((await server.cpu()) - before) / (WORDS * RECEIVERS));
      }
    }
    const [bare = [], own = []] = entries.map(({ costs }) => costs);
    const ratios = own.map((cost, at) => (bare[at] ?? Number.NaN) / cost);
    rows.push(
      rated(
        `${folder}, ${RECEIVERS} receivers: ${undisturbed(own).toFixed(1)} µs for each, bare ws ${undisturbed(bare).toFixed(1)}`,
        undisturbed(bare) / undisturbed(own),
        { atLeast: reach.atLeast, more: spread(ratios) },
      ),
    );
    for (const { many, server } of entries) {
      many.end();
      await server.stop();
    }
  }
  return rows;
}

/** The quarter point: what else this machine does makes a word dearer, and never cheaper. */
function undisturbed(costs: number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 4)] ?? Number.NaN;
}

/** `ws` alone lets them in, and gives each its hello back. The lesson tells each of all, and all of each. */
export async function measureJoins(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { folder, reach } of await reachers()) {
    const costs: [bare: number[], own: number[]] = [[], []];
    for (let round = 0; round < JOIN_ROUNDS; round += 1) {
      costs[0].push(await timeJoins(BARE, reach, () => ['one']));
      costs[1].push(await timeJoins(`${folder}/server.ts`, reach, reach.names));
    }
    const ratios = costs[1].map((own, round) => own / (costs[0][round] ?? Number.NaN));
    rows.push(
      rated(
        `${folder}, ${JOINS} joins: ${(median(costs[1]) / 1e6).toFixed(2)} s, bare ws ${(median(costs[0]) / 1e6).toFixed(2)} s`,
        median(ratios),
        { atMost: reach.joinsAtMost, more: spread(ratios) },
      ),
    );
  }
  return rows;
}

/** Processor time, in microseconds, until all have joined, and the first one knows all. */
async function timeJoins(file: string, reach: Reach, names: Reach['names']): Promise<number> {
  const server = await startMeasured(file);
  const known = new Set<string>();
  let isTold = () => {};
  const all = new Promise<void>((resolve) => {
    isTold = resolve;
  });
  const before = await server.cpu();
  const many = await gatherMany(server, JOINS, reach.hello, (rest, socket) => {
    const decoder = createDecoder('server', {
      keep: () => Number.POSITIVE_INFINITY,
      onFrame: ({ payload }) => {
        for (const name of names(Buffer.from(payload).toString())) known.add(name);
        if (file === BARE || known.size === JOINS) isTold();
      },
    });
    decoder.push(rest);
    socket.on('data', (data) => decoder.push(data));
  });
  await all;
  const used = (await server.cpu()) - before;
  many.end();
  await server.stop();
  return used;
}
