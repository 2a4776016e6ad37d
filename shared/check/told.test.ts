/** What a script says in place of what it cannot know. */
import { expect, test } from 'vitest';
import { openScene } from './check-clock.ts';
import { compile } from './compile.ts';
import { openHost } from './host.ts';
import { says } from './moves.ts';
import { play } from './play.ts';
import { createPatience } from './scene.ts';
import { withText } from './scratch.ts';
import { told, toldNumber } from './told.ts';

/** Says who one is to it, counts, and tells back what it hears. */
const SERVER = `import { WebSocketServer } from 'ws';
const wss = new WebSocketServer({ port: 8080 });
wss.on('connection', (socket) => {
  socket.send(JSON.stringify({ type: 'welcome', token: 'a$&b', count: 7 }));
  socket.send(JSON.stringify({ type: 'news', token: 'another', count: 70 }));
  socket.on('message', (data) => socket.send(JSON.stringify({ type: 'echo', text: String(data) })));
});`;

test('a script says what the server told last, and counts on from there', async () => {
  const host = openHost();
  const heard: unknown[] = [];
  const mine = { token: told('welcome', 'token'), from: toldNumber('welcome', 'count', -2), more: 'x' };
  const none = { token: told('welcome', 'nothing'), from: toldNumber('nobody', 'count', 3) };
  await withText(SERVER, 'server.ts', async (file) => {
    const { path, remove } = await compile(file);
    try {
      const port = await host.start(path, file);
      const script = [says('alice', none), says('alice', mine, none)];
      await play(script, port, openScene(host, createPatience(), []), {
        onStep: (step) => {
          const echoes = (step.get('alice')?.heard ?? []).map(({ text }) => JSON.parse(text));
          heard.push(...echoes.filter(({ type }) => type === 'echo').map(({ text }) => text));
          return true;
        },
        isComplete: () => false,
        isExpecting: () => true,
        isExact: true,
      });
    } finally {
      await Promise.all([remove(), host.end()]);
    }
  });
  expect(heard).toEqual([
    '{"token":"","from":3}',
    '{"token":"a$&b","from":5,"more":"x"}',
    '{"token":"","from":3}',
  ]);
});
