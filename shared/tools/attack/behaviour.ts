/** Attacks by those who say nothing wrong: too much of it, at the wrong time, or without listening. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { breakOff } from '#shared/lesson/cable-pipe.ts';
import { asSent } from '#shared/testing/traits.ts';
import { frame, goodbye, handshake, PING, TEXT, text } from './bytes.ts';
import { MARK } from './heard.ts';
import { type Kind, times } from './kind.ts';
import type { Site } from './site.ts';
import type { Stranger } from './stranger.ts';

/** So many right messages are far more than anybody has to say. The workshop reads the course for each. */
const FLOOD = 3000;
const FLOOD_OF_WISHES = 300;
/** A crowd of one address is larger than this. */
const MOST_OF_ONE = 500;
/** In ms: a server that notices silent links does so within two of its intervals. */
const LONGEST_SILENCE = 15_000;

/** Sends some again and again, a thousand or so at a time. */
async function pour(
  stranger: Stranger,
  count: number,
  make: (n: number) => Buffer,
  atOnce = 500,
): Promise<void> {
  for (let n = 0; n < count && !stranger.socket.destroyed; n += atOnce)
    await stranger.send(...times(Math.min(atOnce, count - n), (m) => make(n + m)));
}

/** The frames by which one begins, as this name. Where there are none, a call. */
function opening({ traits: { fuzz }, call }: Site, name: string): Buffer {
  const words = fuzz.opening?.(name);
  return words ? Buffer.concat(words.map((message) => text(asSent(message)))) : call();
}

/** Cuts connections at each place of a conversation. */
async function resets(site: Site): Promise<void> {
  const whole = Buffer.concat([
    Buffer.from(handshake(site.host, site.path)),
    opening(site, `${MARK} r`),
    site.call(),
    frame(PING),
    goodbye(1000),
  ]);
  const places = times(60, (n) => Math.floor((whole.length * n) / 59));
  await Promise.all(
    places.map(async (place) => {
      const socket = site.tcp().resume();
      await new Promise((done) =>
        place > 0 ? socket.write(whole.subarray(0, place), done) : socket.once('connect', done),
      );
      breakOff(socket);
    }),
  );
  for (let n = 0; n < 20; n += 1) {
    const { socket, send } = await site.open({ name: `${MARK} r${n}` });
    await send(site.call());
    await sleep(n);
    breakOff(socket);
  }
}

/** Many who ask for much, and read nothing of it. */
async function deafCrowd(site: Site): Promise<void> {
  const { greedy } = site.traits.attack ?? {};
  if (greedy === undefined) {
    const most = site.isWorkshop ? 10 * FLOOD_OF_WISHES : 30_000;
    const deaf = await site.open({ isDeaf: true });
    const one = site.longCall();
    await pour(deaf, Math.min(most, Math.ceil(40e6 / one.length)), () => site.longCall(), 200);
    return;
  }
  for (const n of [1, 2]) {
    const speaker = await site.open({ name: `${MARK} s${n}` });
    await pour(speaker, 60, site.longCall);
    await speaker.isHeard();
  }
  const asks = Buffer.concat(times(28, () => text(asSent(greedy))));
  for (const deaf of await site.openMany(24, { isDeaf: true })) await deaf.send(asks);
}

export const BEHAVIOUR: Kind[] = [
  {
    name: 'a flood of texts',
    async run(site) {
      const stranger = await site.open();
      await pour(stranger, site.isWorkshop ? FLOOD_OF_WISHES : FLOOD, site.longCall, 100);
      await stranger.isHeard();
    },
  },
  {
    name: 'a flood of errors',
    isLong: true,
    async run(site) {
      const stranger = await site.open();
      await pour(stranger, 30_000, () => text('{'));
      await stranger.isHeard();
    },
  },
  {
    name: 'a flood of pings',
    async run(site) {
      const stranger = await site.open();
      await pour(stranger, 30_000, () => frame(PING, 'x'.repeat(125)));
      await stranger.isHeard();
    },
  },
  {
    name: 'joins and leaves',
    isLong: true,
    at: 'lessons',
    async run(site) {
      for (let n = 0; n < 400; n += 40) {
        const some = await site.openMany(40, { name: `m${n}` });
        await Promise.all(some.map((one) => one.isHeard()));
        for (const { socket } of some) breakOff(socket);
      }
    },
  },
  {
    name: 'renames without end',
    at: 'lessons',
    async run(site) {
      const stranger = await site.open();
      await pour(stranger, 1000, (n) => opening(site, `${MARK} ${n}`), 100);
      await stranger.isHeard();
    },
  },
  {
    name: 'reads no errors',
    isLong: true,
    async run(site) {
      const deaf = await site.open({ isDeaf: true });
      // Where this is no error it comes back: then, too, it is more than the system keeps for a connection.
      const bad = text('?'.repeat(100));
      await pour(deaf, 200_000, () => bad, 5000);
    },
  },
  { name: 'reads no answers', isLong: true, run: deafCrowd },
  {
    name: 'reads no pongs',
    async run(site) {
      const deaf = await site.open({ isDeaf: true });
      await pour(deaf, 200_000, () => frame(PING, 'x'.repeat(125)), 2000);
    },
  },
  {
    name: 'never answers a close',
    async run(site) {
      for (const stranger of await site.openMany(60, { isDeaf: true }))
        await stranger.send(frame(TEXT, 'x', { masked: false }));
      // These say goodbye, and stay.
      for (const stranger of await site.openMany(60, { isDeaf: true, name: 'm' }))
        await stranger.send(goodbye(1000));
    },
  },
  {
    name: 'a reset at each moment',
    run: resets,
  },
  {
    name: 'a thousand connections',
    isLong: true,
    async run(site) {
      const all = await site.openMany(1000, { isGuest: false });
      const isIn = await Promise.all(all.map((one) => one.isHeard()));
      const count = isIn.filter(Boolean).length;
      if (count > MOST_OF_ONE) site.fell('crowd', `${count} connections of one address were let in`);
    },
  },
  {
    name: 'fills the log',
    isLong: true,
    async run(site) {
      for (let n = 0; n < 1000; n += 50) {
        const some = await site.openMany(50, { isGuest: false });
        await Promise.all(
          some.map(async ({ socket, send }) => {
            await send(frame(TEXT, 'x', { rsv: 7 }));
            socket.end();
            if (!socket.closed)
              await Promise.race([once(socket, 'close'), sleep(3000, undefined, { ref: false })]);
          }),
        );
      }
    },
  },
  {
    name: 'a frozen cable',
    at: 'lessons',
    isLong: true,
    async run(site) {
      const ghost = await site.open({ port: site.cable.port, name: `${MARK} ghost` });
      await ghost.isHeard();
      site.cable.freeze();
      const since = Date.now();
      let isThere = true;
      while (isThere && Date.now() - since < LONGEST_SILENCE) {
        await sleep(250);
        isThere = (await site.strangers()) > 0;
      }
      if (isThere)
        site.fell('ghost', `after ${LONGEST_SILENCE / 1000} s a silent link is still taken for alive`);
    },
  },
];
