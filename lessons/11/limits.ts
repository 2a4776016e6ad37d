/** Limits for those who ask too much: how often, and how many of them. */

/** In ms. Date.now() may be set back, by an hour perhaps: then nobody could say a word for an hour. */
const steadyTime = () => performance.now();

/** Takes so many tokens, and says whether they were there. */
export type Bucket = (cost?: number) => boolean;

/**
 * A token bucket: it is full at first, and so many tokens drop into it each second. What finds too few in it is too much.
 * So a burst is all right, and no pause of the sender is lost; only the average has a limit.
 *
 * @param burst how many tokens it holds
 */
export function createBucket(burst: number, perSecond: number, now = steadyTime): Bucket {
  let tokens = burst;
  let at = now();
  return (cost = 1) => {
    tokens = Math.min(burst, tokens + ((now() - at) / 1000) * perSecond);
    at = now();
    if (tokens < cost) return false;
    tokens -= cost;
    return true;
  };
}

/** What a message costs: what everybody hears of costs more, and so does what has a long answer. */
const COSTS = { chat: 1, ping: 1, join: 5, since: 5 };

/** In tokens of its address: a handshake is more work than a message. */
const COST_OF_A_CONNECTION = 5;

/** Gives what says whether one client may ask for one thing more. A page that was away sends a hundred texts at once. */
export function createAllowance(now = steadyTime): (type: keyof typeof COSTS) => boolean {
  const take = createBucket(150, 10, now);
  return (type) => take(COSTS[type]);
}

/** What one address has in common: a place for one more connection, with which it asks and leaves. */
export type Place = { mayAsk: (type: keyof typeof COSTS) => boolean; leave: () => void };

/**
 * Limits all connections of one address together. A client that comes back has a new allowance, and this bucket as it
 * was. It is large: a whole classroom may have one address.
 */
export function createAddresses({ most = 250, burst = 5_000, perSecond = 500, now = steadyTime } = {}) {
  const here = new Map<string, { count: number; takes: Bucket; joins: Bucket }>();
  /** When the last one of an address left, in this order. */
  const left = new Map<string, number>();

  /** A bucket that is full again is like a new one. Else whoever has ever new addresses fills the memory. */
  function forget(): void {
    for (const [key, at] of left) {
      if (now() - at < (burst / perSecond) * 1000) return;
      left.delete(key);
      here.delete(key);
    }
  }

  return {
    /** Gives a place, or undefined where there are too many, or they come too fast. Who has one has to leave. */
    enter(key: string): Place | undefined {
      forget();
      const address = here.get(key) ?? {
        count: 0,
        takes: createBucket(burst, perSecond, now),
        // Everybody gets all the names for it. So all may join once at once, and then as slowly as the other one fills.
        joins: createBucket(most, (most * perSecond) / burst, now),
      };
      if (address.count >= most || !address.takes(COST_OF_A_CONNECTION)) return undefined;
      here.set(key, address);
      left.delete(key);
      address.count += 1;
      return {
        mayAsk: (type) => address.takes() && (type !== 'join' || address.joins()),
        leave() {
          address.count -= 1;
          if (address.count === 0) left.set(key, now());
        },
      };
    },
    /** How many addresses it remembers. */
    size: () => Math.max(here.size, left.size),
  };
}

/** A log that a client cannot fill: what is too much is counted, and the count is one line. */
export function createLog(write: (line: string) => void, bucket: Bucket): (line: string) => void {
  let leftOut = 0;
  return (line) => {
    if (!bucket()) {
      leftOut += 1;
      return;
    }
    if (leftOut > 0) write(`(${leftOut} lines were left out.)`);
    leftOut = 0;
    write(line);
  };
}
