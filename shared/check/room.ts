/** Where the tests of an exercise happen: types alone. */
import type { Cable } from '#shared/lesson/cable.ts';
import type { Client } from './test-client.ts';

/** Where a test of a server happens: the learner's server, started anew. */
export type Room = {
  /** Lets a client connect: room.connect('alice') */
  connect: (name: string) => Promise<Client>;
  /** Lays a cable that can be cut. Who connects under this name from now on goes through it. */
  cable: (name: string) => Promise<Cable>;
  /** Lets somebody connect and send a frame without a mask (RFC 6455, section 5.1), and waits until the server hangs up. */
  breakProtocol: (name: string) => Promise<void>;
};

/** Where a test of a page happens: the learner's page on a server that is right. */
export type PageRoom = {
  /** Opens the page in a browser, and waits until the server has greeted it. */
  open: (name: string) => Promise<Painter>;
  /** Lets a program connect to the same server. */
  connect: (name: string) => Promise<Client>;
};

/** Somebody in front of a page with a canvas. Places are fractions of the canvas: 0 to 1. */
export type Painter = {
  name: string;
  /** Presses the mouse button at the first place, moves over the others, and lets go. */
  drag: (points: [x: number, y: number][]) => Promise<void>;
  /** Presses what has this label: press('button', 'Clear') */
  press: (role: 'button' | 'radio', label: string) => Promise<void>;
  /** Waits until the canvas has this colour (#rrggbb; an empty canvas is #ffffff) at a place. */
  shows: (x: number, y: number, colour: string, sentence: string) => Promise<void>;
  /** The canvas as a text: two that are equal have the same pixels. */
  picture: () => Promise<string>;
  /** Waits until the canvas has exactly the pixels of a picture. */
  looksLike: (picture: string, sentence: string) => Promise<void>;
};
