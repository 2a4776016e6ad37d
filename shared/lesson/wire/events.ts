/** What the server tells the wire view, as JSON. */
import type { FrameError, Sender } from './frame.ts';

export type WireEvent =
  /** The first of a feed: another text, another run of the server. */
  | { kind: 'run'; run: string }
  /** A connection: its handshake, and the name that its page gave in the query: /?client=left */
  | {
      kind: 'open';
      lane: number;
      name: string;
      request: string;
      response: string;
      at: string;
      isOld: boolean;
    }
  | {
      kind: 'frame';
      lane: number;
      from: Sender;
      at: string;
      /** The header's bytes and the start of the payload, unmasked, in base64. */
      header: string;
      payload: string;
      /** The payload's length as the header says. */
      length: number;
      error?: FrameError;
      /** Of a compressed message: what it says, or why nobody can tell. */
      inflated?: { text: string } | { why: string };
    }
  | { kind: 'closed'; lane: number; at: string }
  /** There are more connections than are followed. */
  | { kind: 'crowded'; most: number }
  /** So many frames came too fast to be shown. */
  | { kind: 'left-out'; count: number };
