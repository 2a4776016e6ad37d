/** The bench: what an experiment can do to a lesson, in a terminal or in the workshop. */
import type { FrameLocator } from 'playwright-core';

/** In whose page a block runs. */
export type ClientName = 'left' | 'right' | 'third';

/** The buttons of a client's cable. */
export type CableDeed = 'cut' | 'freeze' | 'heal';

/** What a page and a frame have in common. */
export type ClientPage = Pick<
  FrameLocator,
  'locator' | 'getByText' | 'getByRole' | 'getByLabel' | 'getByPlaceholder'
>;

export type Bench = {
  /** Lets the server run with a change: a diff block, by its name. The clients connect again. */
  apply: (name: string) => Promise<void>;
  /** Lets the lesson's own server run. The clients connect again. */
  undo: () => Promise<void>;
  /** Runs a js block in the page of the client that it names, and resolves when its lines ran. */
  run: (name: string) => Promise<void>;
  /** Sends a bytes block on a connection without a page, after a handshake. */
  send: (name: string) => Promise<void>;
  /** Runs a program of the text to its end. Gives its result as it prints it in a terminal: the table, and what happened. */
  program: (name: string) => Promise<string>;
  /** All that js blocks printed so far, a line each. */
  printed: () => Promise<string>;
  /** All that the lesson's server printed since the experiment began. */
  output: () => Promise<string>;
  /** A client's page. In a terminal it is opened when it is first asked for. */
  client: (name: ClientName) => Promise<ClientPage>;
  /** Does something to the cable of a client. */
  cable: (name: ClientName, deed: CableDeed) => Promise<void>;
  /** Resolves when the server has ended by itself. */
  crashed: () => Promise<void>;
};

/** A bench that stands only as long as one experiment. */
export type OpenBench = Bench & { close: () => Promise<void> };

/** In whose page a block runs: that of the client which it names, or the left one. */
export function clientOf([, , name = 'left']: string[]): ClientName {
  if (name !== 'left' && name !== 'right' && name !== 'third')
    throw new Error(`No client is named ${name}: left, right, or third.`);
  return name;
}
