/** A link that is dead, and looks open: the cable is frozen. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCable } from '#shared/lesson/cable.ts';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom(
  'Connected, but nothing arrives',
  async ({ serve, connect, say, atEnd }) => {
    const { wss, port } = await serve();
    const cable = await openCable(port);
    atEnd(() => cable.end());
    const client = connect(`ws://127.0.0.1:${cable.port}`);
    const [there] = await once(wss, 'connection');
    there.send('You hear me.');
    await once(client, 'message');
    cable.freeze();
    there.send('And now?');
    client.send('Is anybody there?');
    client.ping();
    await sleep(2000);
    say(
      'client',
      `after 2 s: readyState ${client.readyState} (OPEN), bufferedAmount ${client.bufferedAmount}`,
    );
    say('server', `after 2 s: readyState ${there.readyState} (OPEN), bufferedAmount ${there.bufferedAmount}`);
    const ponged = await Promise.race([once(client, 'pong'), sleep(1000, 'no')]);
    say('client', ponged === 'no' ? 'no pong within 3 s: terminate()' : 'a pong came');
    client.terminate();
    await untilClosed(client);
  },
  4,
);
