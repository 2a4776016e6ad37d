/**
 * Finds out that nothing more comes while time stands still, where the server has a clock of the check's. It asks nobody but the
 * server's process, and counts bytes: so no client has to say anything, also who has fallen silent.
 */
import { WebSocket } from 'ws';
import type { ClockState, Pending } from './news.ts';
import type { Link, Scene } from './scene.ts';
import { within } from './within.ts';

/** So many looks come one right after the other. After that, each comes after a while (ms). */
const QUICK = 10;
const A_WHILE = 5;
/** A real timer of the server's that is due so soon (ms) belongs to what it does now. */
const SOON = 25;
/** So many looks in vain are enough where nobody can see whether the server still does something, or where it always does. */
const UNCLEAR = QUICK + 2;

/**
 * Resolves when all that was sent is read, at both ends, and the server has nothing left to do as long as no time passes
 * ('quiet'), or when nothing has changed for so long that it never ends ('slow').
 *
 * @param isOver whether nobody wants to know any more
 * @param told what the server's process has told just now, where it has
 */
export async function untilStill(
  scene: Scene,
  isOver = () => false,
  told?: Pending,
): Promise<'quiet' | 'slow'> {
  const { host, patience, links, clock } = scene;
  let before = '';
  // What has been sent arrives, also at a server that never comes to rest: on a busy machine that takes its time.
  const most = () =>
    clock?.isRestless && (before === '' || clock.isClogged) ? UNCLEAR : QUICK + patience.now / A_WHILE;
  for (let looks = 0; looks < most(); looks += 1) {
    if (isOver()) return 'slow';
    if (looks > QUICK) await within(A_WHILE, never());
    const { progress } = scene;
    const found = (looks === 0 && told) || (await host.turn(() => scene.progress));
    await new Promise((resolve) => setImmediate(resolve)); // What is here is read now.
    if (clock && found.clock) clock.state = found.clock;
    const onTheWay = found.clock ? whatIsOnTheWay(links, found.clock) : '';
    const isDone = onTheWay === '' && scene.progress === progress;
    if (isDone && !isAtWork(found) && (!found.isUnclear || looks >= UNCLEAR)) return 'quiet';
    // Whatever has changed is progress.
    if (scene.progress !== progress || onTheWay !== before) looks = Math.min(looks, 1);
    before = onTheWay;
  }
  if (clock) {
    clock.isRestless = true;
    clock.isClogged ||= before !== '';
  }
  return 'slow';
}

/** A new one each time: a promise keeps all who wait for it, and what they know. */
const never = () => new Promise<never>(() => {});

function isAtWork({ work, timer, clock }: Pending): boolean {
  return work > 0 || (clock?.closing ?? 0) > 0 || (timer >= 0 && timer <= SOON);
}

/** Names what has not arrived at the other end, in either direction: nothing where all has. */
function whatIsOnTheWay(links: Iterable<Link>, { lines }: ClockState): string {
  const byPort = new Map(lines.map(([port, read, written]) => [port, { read, written }]));
  return [...links].map((link) => stateOf(link, byPort)).join('');
}

function stateOf(link: Link, lines: Map<number, { read: number; written: number }>): string {
  const { state, socket, cable } = link;
  const { tcp } = state;
  if (tcp?.localPort !== undefined) state.port = tcp.localPort;
  const seenAs = cable && state.port !== undefined ? cable.seenAs(state.port) : state.port;
  if (seenAs !== undefined) state.seenAs = seenAs;
  const line = state.seenAs === undefined ? undefined : lines.get(state.seenAs);
  // What a cable holds does not arrive.
  const goesUp = !cable?.isFrozen('up');
  const comesDown = !cable?.isFrozen('down');
  if (state.isClosed || !tcp) return line && goesUp ? `${state.seenAs} goes;` : '';
  if (!line) return goesUp && comesDown && !state.lingers ? `${state.port} comes or goes;` : '';
  // The end of a connection is no byte. Where nothing comes, the goodbye does not come, either.
  if (!state.isHeld && socket.readyState === WebSocket.CLOSING && goesUp && comesDown && !state.lingers) {
    return `${state.port} closes;`;
  }
  const up = goesUp && line.read !== tcp.bytesWritten;
  const down = comesDown && !socket.isPaused && !state.isHeld && line.written !== tcp.bytesRead;
  return up || down ? `${state.port} ${line.read} ${line.written} ${tcp.bytesRead};` : '';
}
