/** The workshop's own WebSocket: what each page hears, and what it may ask for. */
import type { Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { findUnit } from '#shared/course/outline.ts';
import { ROOT } from '#shared/course/root.ts';
import { noteRead } from '#shared/workshop/desk.ts';
import { watchFolder } from '#shared/workshop/watch.ts';
import { changeFor, findChange } from './change.ts';
import { fulfilForExercise } from './exercise-wishes.ts';
import { isTaskWish, messageOf, readWish } from './messages.ts';
import { send } from './outbox.ts';
import { createPlaces, type Places } from './places.ts';
import { readStates } from './states.ts';
import { findProgram } from './text-program.ts';

/** Milliseconds between two pings. Who has not answered one by the next is gone. */
const HEARTBEAT = 30_000;

/** So many pages are open at the same time, at most. The learner is one person. */
const MOST_PAGES = 100;

export type Hub = { end: () => Promise<void> };

/** Attaches the WebSocket to the workshop's HTTP server. Upgrades that reach it come from the workshop's own pages. */
export function openHub(server: Server): Hub {
  const wss = new WebSocketServer({ server, path: '/link', maxPayload: 4096 });
  const places = createPlaces();
  const answered = new WeakSet<WebSocket>();

  wss.on('error', console.error);
  wss.on('connection', (socket) => {
    answered.add(socket);
    // Code 1013: "try again later".
    if (wss.clients.size > MOST_PAGES) socket.close(1013, 'Too many pages are open.');
    socket.on('pong', () => answered.add(socket));
    socket.on('error', (error) => console.error('A page broke the protocol: %s', error.message));
    socket.on('close', () => places.leave(socket));
    socket.on('message', (data, isBinary) => {
      // Whatever goes wrong is told to the page that asked, and stops nobody else.
      fulfil(places, socket, data, isBinary).catch((error: unknown) => {
        send(socket, { type: 'note', text: messageOf(error) });
      });
    });
    send(socket, { type: 'progress', ...readStates() });
  });

  const unwatch = watchFolder(
    ROOT,
    () => {
      const states = readStates();
      for (const socket of wss.clients) send(socket, { type: 'progress', ...states });
    },
    { isWatched: (name) => name === '.progress.json' },
  );

  const heartbeat = setInterval(() => {
    for (const socket of wss.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT);

  return {
    async end() {
      clearInterval(heartbeat);
      unwatch();
      // 1001: "going away" (RFC 6455, section 7.4.1). The page then knows that it may try again.
      for (const socket of wss.clients) socket.close(1001, 'The workshop was stopped.');
      await places.end();
      for (const socket of wss.clients) socket.terminate();
    },
  };
}

/**
 * Does what a page asks for.
 *
 * @throws an Error with a sentence for the person
 */
async function fulfil(places: Places, socket: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
  const wish = isBinary ? undefined : readWish(data.toString());
  if (!wish) throw new Error('The workshop did not understand this page. Load it again.');
  if (wish.type === 'look') {
    const unit = findUnit(wish.folder);
    if (unit) places.arrive(socket, unit);
    return;
  }
  const place = places.of(socket);
  if (!place) return;
  const { runner, check, unit, task, program } = place;
  if (wish.type === 'start') await runner.start();
  else if (wish.type === 'stop') await runner.stop();
  else if (wish.type === 'restart') await runner.restart();
  else if (wish.type === 'undo') await runner.undo();
  else if (wish.type === 'apply') await runner.apply(findChange(unit, wish.name));
  else if (wish.type === 'program')
    program.run(wish.name, findProgram(unit, wish.name), changeFor(unit, wish.name, runner.state().change));
  else if (wish.type === 'end-program') await program.stop();
  else if (wish.type === 'read') {
    if (unit.kind === 'lesson') noteRead(unit.folder);
  } else if (isTaskWish(wish.type)) await task?.fulfil(wish.type, (news) => send(socket, news));
  else if (check) await fulfilForExercise(wish.type, unit.number, check, (news) => send(socket, news));
}
