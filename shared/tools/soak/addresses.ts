/** Addresses of this machine, for a server that limits each one. On Linux all of 127.0.0.0/8 are there. */

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Nobody else's. */
export const POLITE_ADDRESS = '127.1.0.1';

/** @param wave each has an address of its own, so that its buckets are full */
export function addressOf(wave: number): string {
  return `127.2.${Math.floor(wave / 250) % 250}.${(wave % 250) + 1}`;
}

/** Whether this system has them without anybody's doing. macOS has only 127.0.0.1. */
export async function hasAddresses(): Promise<boolean> {
  const server = createServer().listen(0, addressOf(1));
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
