/** Opens the room of one test of a page: the pages and the programs that come to it, and the cables between. */
import type { Page } from 'playwright-core';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import type { PaintPatience } from './canvas.ts';
import type { Guard } from './page-faults.ts';
import { openPainter } from './painter.ts';
import type { PageRoom, Painter } from './room.ts';
import { beginToAct, noteSuccess, type Scene } from './scene.ts';
import { type Client, connectClient } from './test-client.ts';
import { openVisitor } from './visitor.ts';

/** What the rooms of all tests share. */
export type PageStage = {
  /** Gives an empty page. */
  newPage: () => Promise<Page>;
  /** Pages that are the lesson's, not the learner's. */
  ofLesson: WeakSet<Page>;
  paint: PaintPatience;
  lesson: string;
  /** Finds the learner's line in the stack of an error of a page. */
  placeOf: (stack: string) => string | undefined;
};

/** Gives the room, and all clients and pages that have come to it. The caller ends it. */
export function openPageRoom(port: number, stage: PageStage, scene: Scene, guard: Guard) {
  const clients: Client[] = [];
  const pages: Page[] = [];
  const cables = new Map<string, Cable>();

  let fail: (error: unknown) => void;
  const threw = new Promise<never>((_, reject) => {
    fail = reject;
  });
  threw.catch(() => {}); // Nobody may be listening any more.

  async function newPage(name: string, isLesson: boolean): Promise<{ page: Page; url: string }> {
    const page = await stage.newPage();
    pages.push(page);
    if (isLesson) stage.ofLesson.add(page);
    else stage.ofLesson.delete(page);
    guard.watch(name, page);
    beginToAct(scene);
    return { page, url: `http://localhost:${cables.get(name)?.port ?? port}/` };
  }

  async function open(name: string, isLesson: boolean): Promise<Painter> {
    const { page, url } = await newPage(name, isLesson);
    const painter = await openPainter(name, page, url, scene.entries, stage.paint);
    noteSuccess(scene);
    return acting(painter, scene);
  }

  const room: PageRoom = {
    lesson: stage.lesson,
    open: (name) => open(name, false),
    openLesson: (name) => open(name, true),
    async visit(name) {
      const { page, url } = await newPage(name, false);
      const { visitor, threw } = await openVisitor(name, page, url, scene.entries, stage.placeOf);
      threw.catch(fail);
      return visitor;
    },
    async connect(name) {
      const client = await connectClient(name, port, scene);
      clients.push(client);
      return client;
    },
    async cable(name) {
      const cable = cables.get(name) ?? (await openCable(port));
      cables.set(name, cable);
      return cable;
    },
  };
  return {
    room,
    clients,
    pages,
    /** Rejects when a page that somebody visits throws something that nobody catches. */
    threw,
    async end() {
      for (const client of clients) client.end();
      await Promise.all([...cables.values()].map((cable) => cable.end()));
    },
  };
}

/** What somebody does in front of a page is an action: what came before it does not count as an answer. */
function acting(painter: Painter, scene: Scene): Painter {
  const first =
    <T extends unknown[], R>(does: (...args: T) => R) =>
    (...args: T): R => {
      beginToAct(scene);
      return does(...args);
    };
  return {
    ...painter,
    drag: first(painter.drag),
    press: first(painter.press),
    slide: first(painter.slide),
    async shows(...args) {
      await painter.shows(...args);
      noteSuccess(scene);
    },
    async looksLike(...args) {
      await painter.looksLike(...args);
      noteSuccess(scene);
    },
  };
}
