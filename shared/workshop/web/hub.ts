/** The workshop's own WebSocket: what each page hears, and what it may ask for. */
import type { Server } from 'node:http';
import launch from 'launch-editor';
import { WebSocket, WebSocketServer } from 'ws';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { ROOT } from '#shared/course/root.ts';
import { showPath } from '#shared/workshop/cli/terminal.ts';
import {
  answerFiles,
  diffWithReference,
  hintsFor,
  nextHint,
  otherAnswers,
  resetExercise,
  shownHints,
} from '#shared/workshop/desk.ts';
import { openSession, type Session } from '#shared/workshop/session.ts';
import { watchFolder } from '#shared/workshop/watch.ts';
import { readCourse } from './course.ts';
import { type CheckNews, type News, readWish, type Wish } from './messages.ts';
import { progress } from './pages.ts';
import { createRunner, type Runner } from './runner.ts';
import { partsOf } from './text.ts';

/** Milliseconds: who loads a page again is away for less than this, and finds the server still running. */
const LINGER = 3000;
/** Milliseconds between two pings. Who has not answered one by the next is gone. */
const HEARTBEAT = 30_000;

/** A lesson or an exercise that somebody looks at. */
type Place = {
  folder: string;
  /** The exercise's number. A lesson has none. */
  number: string | undefined;
  viewers: Set<WebSocket>;
  runner: Runner;
  session: Promise<Session> | undefined;
  leaving: NodeJS.Timeout | undefined;
};

export type Hub = { end: () => Promise<void>; kill: () => void };

/** Attaches the WebSocket to the workshop's HTTP server. Upgrades that reach it come from the workshop's own pages. */
export function openHub(server: Server): Hub {
  const wss = new WebSocketServer({ server, path: '/link', maxPayload: 4096 });
  const places = new Map<string, Place>();
  const where = new WeakMap<WebSocket, Place>();
  const answered = new WeakSet<WebSocket>();
  let judges: { answers: Judge; known: Judge } | undefined;

  wss.on('connection', (socket) => {
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    socket.on('error', (error) => console.error('A page broke the protocol: %s', error.message));
    socket.on('close', () => leave(socket));
    send(socket, { type: 'progress', states: progress() });
    socket.on('message', (data, isBinary) => {
      const wish = isBinary ? undefined : readWish(data.toString());
      if (!wish) {
        send(socket, { type: 'note', text: 'The workshop did not understand this page. Load it again.' });
        return;
      }
      fulfil(socket, wish).catch((error: unknown) => {
        send(socket, { type: 'note', text: error instanceof Error ? error.message : String(error) });
      });
    });
  });

  const unwatch = watchFolder(ROOT, () => tellAll({ type: 'progress', states: progress() }), {
    isWatched: (name) => name === '.progress.json',
  });

  const heartbeat = setInterval(() => {
    for (const socket of wss.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT);

  async function fulfil(socket: WebSocket, wish: Wish): Promise<void> {
    if (wish.type === 'look') {
      await arrive(socket, wish.folder);
      return;
    }
    const place = where.get(socket);
    if (!place) return;
    const { runner, number } = place;
    if (wish.type === 'start') await runner.start();
    else if (wish.type === 'stop') await runner.stop();
    else if (wish.type === 'restart') await runner.restart();
    else if (number !== undefined) await fulfilForExercise(socket, wish.type, place, number);
  }

  async function fulfilForExercise(
    socket: WebSocket,
    type: Exclude<Wish['type'], 'look' | 'start' | 'stop' | 'restart'>,
    place: Place,
    number: string,
  ): Promise<void> {
    const session = await place.session;
    const failed = session?.found()?.verdict.tests.find((test) => !test.passed);
    if (type === 'check') session?.check();
    if (type === 'hint' && failed) {
      nextHint(number, failed.title);
      tell(place, await checkNews(place));
    }
    if (type === 'diff') send(socket, { type: 'diff', lines: await diffWithReference(number) });
    if (type === 'reset') {
      const [kept] = resetExercise(number);
      send(socket, {
        type: 'note',
        text:
          kept === undefined
            ? 'It was the starter already.'
            : `This is the starter again. Your answer is kept: ${kept}`,
      });
    }
    if (type === 'edit') {
      const [file = ''] = answerFiles(number);
      launch(file, undefined, () => {
        const text = `No editor was found. Open ${showPath(file)} yourself, or start the workshop with LAUNCH_EDITOR set to your editor's command.`;
        send(socket, { type: 'note', text });
      });
    }
  }

  async function arrive(socket: WebSocket, folder: string): Promise<void> {
    const unit = (await readCourse()).find((one) => one.folder === folder);
    if (!unit || socket.readyState !== WebSocket.OPEN) return;
    const place = places.get(folder) ?? openPlace(folder, unit.kind === 'exercise' ? unit.number : undefined);
    clearTimeout(place.leaving);
    place.viewers.add(socket);
    where.set(socket, place);
    send(socket, { type: 'server', ...place.runner.state() });
    send(socket, { type: 'log', lines: place.runner.log(), all: true });
    if (place.session) send(socket, await checkNews(place));
  }

  function openPlace(folder: string, number: string | undefined): Place {
    const place: Place = {
      folder,
      number,
      viewers: new Set(),
      runner: createRunner(folder, {
        state: (news) => tell(place, { type: 'server', ...news }),
        lines: (lines) => tell(place, { type: 'log', lines, all: false }),
      }),
      session: undefined,
      leaving: undefined,
    };
    places.set(folder, place);
    if (number !== undefined) {
      judges ??= { answers: createJudge({ keepSpare: true }), known: createJudge({ reuse: true }) };
      place.session = openSession(number, judges, () => {
        checkNews(place).then((news) => tell(place, news), complain);
      });
      place.session.catch(complain);
    }
    return place;
  }

  function leave(socket: WebSocket): void {
    const place = where.get(socket);
    if (!place) return;
    place.viewers.delete(socket);
    if (place.viewers.size > 0) return;
    place.leaving = setTimeout(() => closePlace(place), LINGER);
  }

  async function closePlace(place: Place): Promise<void> {
    clearTimeout(place.leaving);
    places.delete(place.folder);
    (await place.session?.catch(() => undefined))?.end();
    await place.runner.end();
  }

  async function checkNews({ session, number = '' }: Place): Promise<News> {
    const opened = await session;
    const found = opened?.found();
    const news: CheckNews = { isChecking: opened?.isChecking() ?? true };
    if (!found) return { type: 'check', ...news };
    const { verdict, recognised } = found;
    const failed = verdict.tests.find((test) => !test.passed);
    if (failed) {
      const hints = hintsFor(number, failed.title);
      const shown = hints.slice(0, shownHints(number, failed.title));
      news.hints = {
        shown: shown.map((hint) => partsOf(hint, `exercises/${number}/hints.md`)),
        of: hints.length,
      };
    } else {
      news.others = otherAnswers(number);
    }
    if (recognised) news.probably = { sentence: recognised.mistake.sentence, isGuess: recognised.isGuess };
    return { type: 'check', ...news, verdict };
  }

  function tell(place: Place, news: News): void {
    for (const socket of place.viewers) send(socket, news);
  }

  function tellAll(news: News): void {
    for (const socket of wss.clients) send(socket, news);
  }

  return {
    async end() {
      clearInterval(heartbeat);
      unwatch();
      // 1001: "going away" (RFC 6455, section 7.4.1). The page then knows that it may try again.
      for (const socket of wss.clients) socket.close(1001, 'The workshop was stopped.');
      await Promise.all([...places.values()].map(closePlace));
      await Promise.all([judges?.answers.end(), judges?.known.end()]);
      for (const socket of wss.clients) socket.terminate();
    },
    kill() {
      for (const { runner } of places.values()) runner.kill();
    },
  };
}

/** The check itself is broken: that is for whoever works on the course. */
function complain(error: unknown): void {
  console.error(error);
}

function send(socket: WebSocket, news: News): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(news));
}
