/** The frame that kills a server, as the wire view hears of it. */
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rawConnect } from '#shared/check/raw-client.ts';
import { scratchFolder } from '#shared/testing/serving.ts';
import { startServer } from '#shared/testing/start-server.ts';

const scratch = scratchFolder();

/** All that /wire says until the server is gone. @param dying what the server does with a frame that breaks the protocol */
async function lastWords(dying: string): Promise<{ wire: string; code: number | null }> {
  const file = await scratch.write(
    `dies-${dying.length}.ts`,
    `import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
new WebSocketServer({ server: await serveLesson('lessons/01') }).on('connection', (socket) => { ${dying} });
`,
  );
  const server = await startServer(file);
  onTestFinished(() => server.stop());
  const asked = request(`${server.url}/wire`).end();
  const [response] = await once(asked, 'response');
  let wire = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    wire += text;
  });
  response.on('error', () => {});
  await expect.poll(() => wire, { timeout: 20_000 }).toContain('"kind":"run"');
  const gone = new Promise((resolve) => response.once('close', resolve));
  const { socket } = await rawConnect(server.socketUrl);
  socket.resume().write(Buffer.from('81026869', 'hex'));
  await gone;
  return { wire, code: await server.exited };
}

describe('the feed of a server that dies', () => {
  test.each([
    ['of an exception', '', 1],
    ['because it exits', 'socket.on("error", () => process.exit(7));', 7],
  ])('has the frame that killed it: %s', async (_, dying, expected) => {
    const { wire, code } = await lastWords(dying);
    expect(code).toBe(expected);
    const header = Buffer.from('8102', 'hex').toString('base64');
    expect(wire).toContain(`"header":"${header}","payload":"","length":2,"error"`);
  });
});
