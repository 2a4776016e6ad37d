import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';
import { testNicknameChat } from '#shared/testing/nickname-chat.ts';
import * as protocol from './protocol.ts';
import { openReconnectingSocket } from './reconnecting-socket.ts';

const { server, connectAs, expectArrival } = testNicknameChat('lessons/07/server.ts', protocol);

test('who comes back says the name again, and the server knows nothing of before', async () => {
  const bob = await connectAs('bob');
  const cable = await openCable(Number(new URL(server().url).port));
  const link = openReconnectingSocket(`ws://localhost:${cable.port}`, {
    WebSocket,
    base: 1,
    onOpen: () => link.send('{"type":"join","username":"alice"}'),
  });
  try {
    for (let times = 0; times < 2; times += 1) {
      expectArrival();
      expect(await bob.nextJson()).toMatchObject({ message: 'alice joined.' });
      if (times === 0) cable.reset();
      else link.close();
      expect(await bob.nextJson()).toMatchObject({ message: 'alice left.' });
    }
  } finally {
    link.close();
    await cable.end();
  }
});
