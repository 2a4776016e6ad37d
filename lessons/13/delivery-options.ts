/** What a delivery may be told, and what it can do. */
import type { Clock } from './options.ts';
import type { ClientMessage, Said, ServerMessage } from './protocol.ts';

export type Options = {
  /** Sends over the link. It is called only while the server knows our name on this connection. */
  send: (message: ClientMessage) => void;
  /** The next message: each one once, in the order of their numbers. */
  show: (said: Said) => void;
  /** These take the place of all that is shown. `why` is a sentence; a newcomer needs none. */
  replace: (messages: Said[], why?: string) => void;
  /** After each change: the texts that have no ack yet, in their order. */
  showWaiting?: (texts: string[]) => void;
  /** The server does not take this text, and says why. */
  giveBack?: (text: string, why: string) => void;
  /** It was too much at once. It is told once, until all that waits has gone. */
  onTooFast?: () => void;
  /** Default: the real one. */
  clock?: Clock;
  /** From 0 to 1. Default: Math.random. */
  random?: () => number;
};

export type Delivery = {
  /** Keeps a text, and sends it as soon as it may. Gives false where too many wait, or it is far too long. */
  write: (text: string) => boolean;
  /** Takes each message that comes. What is none of its business it ignores. */
  receive: (message: ServerMessage) => void;
  /** The link has ended. What has no ack is sent again on the next one. */
  lost: () => void;
};
