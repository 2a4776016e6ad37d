/** Opens the room of one test of a server: the clients that come to it, and the cables between. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import { askFor, knock } from './asking.ts';
import type { Started } from './hosts.ts';
import type { How } from './link.ts';
import { BROKEN, NO_MASK } from './moves.ts';
import { notConnected, WrongAnswer } from './problems.ts';
import { rawConnect } from './raw-client.ts';
import type { ClockRoom, Room } from './room.ts';
import { beginToAct, needOwnClock, type Scene } from './scene.ts';
import { untilStill } from './stillness.ts';
import { type Client, connectClient } from './test-client.ts';
import { within } from './within.ts';

/** Milliseconds: no handshake of a right answer takes this long. */
const LONGEST_HANDSHAKE = 20_000;
/** How long a server may take to hang up on who breaks the protocol, in ms. */
const HANG_UP = 1000;

/**
 * Gives the room, and all clients that have come to it. The caller ends it.
 *
 * @param port where the server listens
 * @param startAgain starts the server anew, at this moment on a clock of the check's (ms), where it has one
 */
export function openRoom(
  port: number,
  scene: Scene,
  startAgain: (now?: number) => Promise<Started>,
): { room: ClockRoom; clients: Client[]; end: () => Promise<void> } {
  const { entries } = scene;
  const clients: Client[] = [];
  const cables = new Map<string, Cable>();

  const portFor = (name: string) => cables.get(name)?.port ?? port;

  async function enter(name: string, how: How = {}): Promise<Client> {
    const cable = cables.get(name);
    const client = await connectClient(name, portFor(name), scene, cable ? { ...how, cable } : how);
    clients.push(client);
    return client;
  }

  const room: ClockRoom = {
    ...clockOf(scene),
    connect: (name, how = 'JSON') => enter(name, typeof how === 'string' ? { speaks: how } : how),
    ask: (name, what) => askFor(name, portFor(name), scene, what),
    knock: (name, how = {}) => knock(name, portFor(name), scene, how),
    host: () => `127.0.0.1:${port}`,
    async approach(name, from) {
      const tcp = await dial(portFor(name), from, scene);
      await scene.host.turn();
      return () => enter(name, { tcp });
    },
    together: (...steps) => scene.host.together(...steps),
    async cable(name) {
      const cable = cables.get(name) ?? (await openCable(port));
      cables.set(name, cable);
      return cable;
    },
    async breakProtocol(name) {
      beginToAct(scene);
      const connecting = rawConnect(`ws://127.0.0.1:${port}`).catch(() => undefined);
      const raw = await within(LONGEST_HANDSHAKE, connecting);
      if (!raw) {
        await scene.host.turn();
        throw new WrongAnswer(notConnected(name));
      }
      const { socket } = raw;
      entries.push({ kind: 'connected', who: name, at: Date.now() });
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      entries.push({ kind: 'sent', who: name, text: `<${NO_MASK}>`, at: Date.now() });
      socket.resume().write(BROKEN[NO_MASK]);
      await within(HANG_UP, closed);
      socket.destroy();
    },
    async restart() {
      await Promise.all(clients.map((client) => client.vanishes()));
      entries.push({ kind: 'happened', who: 'server', text: 'is started anew', at: Date.now() });
      const { host, port: next } = await startAgain(scene.clock?.now());
      scene.host = host;
      port = next;
      for (const cable of cables.values()) cable.target(port);
    },
  };
  return {
    room,
    clients,
    async end() {
      for (const client of clients) client.end();
      await Promise.all([...cables.values()].map((cable) => cable.end()));
    },
  };
}

/**
 * Opens a TCP connection. Ports tell who is who, also where one comes from another address: so it gets one of its own.
 */
async function dial(port: number, from: string | undefined, scene: Scene): Promise<Socket> {
  const tcp = connect({ port, host: '127.0.0.1', localAddress: from }).on('error', () => {});
  await Promise.race([once(tcp, 'connect'), once(tcp, 'close')]);
  if (![...scene.links].some(({ state }) => state.tcp?.localPort === tcp.localPort)) return tcp;
  tcp.destroy();
  return dial(port, from, scene);
}

function clockOf(scene: Scene): Omit<ClockRoom, keyof Room> {
  const { clock } = scene;
  if (!clock) return { pass: needOwnClock, now: needOwnClock, timers: needOwnClock };
  return {
    pass: clock.pass,
    now: clock.now,
    async timers() {
      await untilStill(scene);
      return clock.state?.timers ?? 0;
    },
  };
}
