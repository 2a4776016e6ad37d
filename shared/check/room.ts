/** Where the tests of an exercise happen: types alone. */
import type { Cable } from '#shared/lesson/cable.ts';
import type { Answer, Approach, Request } from './asking.ts';
import type { Message, Pattern } from './fits.ts';
import type { Speaks } from './scene.ts';
import type { Client } from './test-client.ts';

/** Where a test of a server happens: the learner's server, started anew. */
export type Room = {
  /**
   * Lets a client connect: room.connect('alice'). Where the server speaks no JSON, each message counts as one all the same:
   * after room.connect('alice', 'text') a text is { text: 'hello' }, and a binary message { bytes: '0041' }, in hex.
   * With a path and headers: room.connect('alice', { path: '/?ticket=a1' })
   */
  connect: (name: string, how?: Speaks | Approach) => Promise<Client>;
  /** Somebody asks for something over HTTP: room.ask('alice', { method: 'POST', path: '/login', body: {} }) */
  ask: (name: string, what: Request) => Promise<Answer>;
  /** Somebody tries to open a WebSocket. Gives the status of the answer: 101 where they are let in, and then they go. */
  knock: (name: string, how?: Approach) => Promise<number>;
  /** Where it listens: '127.0.0.1:40123', as a browser writes it into `Host`. */
  host: () => string;
  /**
   * Opens a TCP connection, so that only the handshake is missing (RFC 6455, section 4). Gives what does that.
   * @param from the address from which it comes, where this machine has another one: '127.0.0.2'
   */
  approach: (name: string, from?: string) => Promise<() => Promise<Client>>;
  /**
   * The server finds all that is done here at the same moment, in this order.
   * (On Windows it may find one thing after the other.)
   */
  together: (...steps: (() => void)[]) => Promise<void>;
  /** Lays a cable that can be cut. Who connects under this name from now on goes through it. */
  cable: (name: string) => Promise<Cable>;
  /** Lets somebody connect and send a frame without a mask (RFC 6455, section 5.1), and waits until the server hangs up. */
  breakProtocol: (name: string) => Promise<void>;
  /** Cuts off everybody, and starts the server anew: what it has kept in variables is gone. */
  restart: () => Promise<void>;
};

/** The same, where the server has a clock of the check's: time stands still there until it passes here. */
export type ClockRoom = Room & {
  /** Lets so many ms pass on the server's clock. All that comes of it has come, at both ends, when this resolves. */
  pass: (ms: number) => Promise<void>;
  /** The server's clock, in ms: Date.now() in the server. */
  now: () => number;
  /** How many timers wait in the server. */
  timers: () => Promise<number>;
};

/** Where a test of a page happens: the learner's page on a server that is right. */
export type PageRoom = {
  /** Opens the page in a browser, and waits until the server has greeted it. */
  open: (name: string) => Promise<Painter>;
  /** Opens the lesson's own page in the same way. */
  openLesson: (name: string) => Promise<Painter>;
  /** Opens a page that has nothing to draw on, and whose server does not greet. Its waits are a tenth of the longest. */
  visit: (name: string) => Promise<Visitor>;
  /** Lets a program connect to the same server. */
  connect: (name: string) => Promise<Client>;
  /** Lays a cable that can be cut. The page that is opened under this name from now on goes through it. */
  cable: (name: string) => Promise<Cable>;
  /** The lesson whose page and server these are, as people call it: 'lesson 06' */
  lesson: string;
};

/** A place on a canvas, as fractions of it: 0 to 1. */
export type Place = [x: number, y: number];

/** Somebody in front of a page with a canvas. */
export type Painter = {
  name: string;
  /** Presses the mouse button at the first place, moves over the others in so many steps each, and lets go. */
  drag: (points: Place[], steps?: number) => Promise<void>;
  /** Presses what has this label: press('button', 'Clear') */
  press: (role: 'button' | 'radio', label: string) => Promise<void>;
  /** Moves the slider that has this label to a value. */
  slide: (label: string, value: number) => Promise<void>;
  /** Waits until the page shows that its connection is closed. */
  isClosed: () => Promise<void>;
  /** Presses the button that connects again, and waits until the server has greeted the page once more. */
  connectsAgain: () => Promise<void>;
  /** What the page has sent so far, and heard. */
  sent: () => Message[];
  heard: () => Message[];
  /** Resolves when all that the page has sent before is in `sent`. */
  answers: () => Promise<void>;
  /** Resolves when the page has painted once more, and all that it sent before is in `sent`. */
  nextFrame: () => Promise<void>;
  /** Waits until the canvas has this colour (#rrggbb; an empty canvas is #ffffff) at a place. */
  shows: (x: number, y: number, colour: string, sentence: string) => Promise<void>;
  /** The canvas as a text: two that are equal have the same pixels. */
  picture: () => Promise<string>;
  /** The colours in the middle of so many fields across, and down, row by row. */
  fields: (across: number, down: number) => Promise<string[]>;
  /** Waits until the canvas has exactly the pixels of a picture, and tells whether it has. */
  hasPicture: (picture: string) => Promise<boolean>;
  /** Waits until the canvas has exactly the pixels of a picture. */
  looksLike: (picture: string, sentence: string) => Promise<void>;
};

/** Somebody in front of a page that one writes in. */
export type Visitor = {
  name: string;
  /** Waits until the page shows that its connection is open, or closed. The sentence says what it means if it does not. */
  shows: (state: 'open' | 'closed', sentence: string) => Promise<void>;
  /** Writes into the field that has this label, and presses Enter. */
  writes: (label: string, text: string) => Promise<void>;
  /** Waits until the page has heard a message that fits. */
  hears: (pattern: Pattern, sentence: string) => Promise<void>;
  /** What it has heard so far. */
  heard: Message[];
  /** How many sockets it had at once, at most. */
  most: () => number;
};
