/** A real nginx between a client and a server: in a temporary folder, without root, and gone with its program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Lab, portOf } from './lab.ts';

const HOW_TO_GET =
  'is not installed. Debian and Ubuntu: apt-get install nginx-light. macOS: brew install nginx';
/** The path of who is not root often has not all of these. */
const { NGINX_PLACES = '/usr/sbin:/usr/local/sbin:/opt/homebrew/bin' } = process.env;

/**
 * Starts an nginx that leads to a server.
 *
 * @param location what stands in its `location / { … }` beside proxy_pass
 * @returns its address, or undefined where there is no nginx: then it has said so
 */
export async function startNginx(
  { say, atEnd }: Lab,
  server: number,
  location: string,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'symptom-nginx-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off;
    master_process off;
    pid ${folder}/pid;
    error_log stderr notice;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://127.0.0.1:${server};
          ${location}
        }
      }
    }`,
  );
  const nginx = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:${NGINX_PLACES}` },
  });
  const ended = new Promise<string>((resolve) => {
    nginx.once('error', () => resolve(HOW_TO_GET));
    nginx.once('exit', (code) => resolve(`ended with ${code}`));
  });
  atEnd(async () => {
    nginx.kill();
    await ended;
  });
  // It says so when its port is open.
  const isThere = new Promise<undefined>((resolve) => {
    createInterface({ input: nginx.stderr }).on('line', (line) => {
      if (line.includes('event method')) resolve(undefined);
    });
  });
  const why = await Promise.race([isThere, ended]);
  if (why !== undefined) say('nginx', why);
  return why === undefined ? `ws://127.0.0.1:${port}` : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
