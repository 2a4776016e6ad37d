/** Where servers that run for a moment keep their files: outside of the course, so that a test leaves nothing behind. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All folders of this process are in it. Nobody makes it before something is to be kept. */
let own: string | undefined;
let count = 0;

/** Names a folder that is not there yet, for the environment's LESSON_DATA. It goes with this process. */
export function newDataFolder(): string {
  own ??= openOwn();
  count += 1;
  return join(own, String(count));
}

function openOwn(): string {
  const folder = join(tmpdir(), `echo-websockets-${randomUUID()}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
