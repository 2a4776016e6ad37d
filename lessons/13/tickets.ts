/** Tickets: each opens one connection, once, and soon. An address with a used one in it is of no use to anybody. */
import { randomBytes } from 'node:crypto';

/** In ms. Between the ticket and the handshake lies one round trip. */
export const TICKET_LIFE = 30_000;

/** In ms. Date.now() may be set back: then an old ticket would be good again. */
const steadyTime = () => performance.now();

/** @param options now: the clock, in ms */
export function createTickets<Owner>({ life = TICKET_LIFE, now = steadyTime } = {}) {
  /** In the order in which they end. */
  const waiting = new Map<string, { owner: Owner; endsAt: number }>();

  /** Nobody may ever use them. They must not be kept for ever. */
  function forget(): void {
    for (const [ticket, { endsAt }] of waiting) {
      if (now() < endsAt) return;
      waiting.delete(ticket);
    }
  }

  return {
    issue(owner: Owner): string {
      forget();
      const ticket = randomBytes(32).toString('base64url');
      waiting.set(ticket, { owner, endsAt: now() + life });
      return ticket;
    },

    /** Gives whose ticket this is, and takes it. */
    redeem(ticket: string): Owner | undefined {
      const found = waiting.get(ticket);
      waiting.delete(ticket);
      return found && now() < found.endsAt ? found.owner : undefined;
    },

    /** How many wait. */
    size: () => waiting.size,
  };
}

export type Tickets<Owner> = ReturnType<typeof createTickets<Owner>>;
