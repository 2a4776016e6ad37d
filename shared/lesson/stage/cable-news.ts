/** What the stage and the lesson's server say to each other of cables. */

/** What the stage hears of a cable. */
export type CableNews = { client: string; port: number; isFrozen: boolean; isSlow: boolean };

/** What the stage may ask for. */
export type CableWish = {
  client: string;
  do: 'open' | 'close' | 'cut' | 'freeze' | 'slow' | 'heal';
  /** Which of the client's cables, where another stage has one of the same name. To `open`: where it shall be. */
  port?: number;
};
