/** An nginx that hears nothing from the server for a while: it cuts. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';
import { startNginx } from './nginx.ts';

/** The usual is 60 s. The program shall end sooner. */
const LOCATION = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_read_timeout 2s;`;

await showSymptom(
  'Closed after a while, behind nginx',
  async (lab) => {
    const { wss, port } = await lab.serve();
    const url = await startNginx(lab, port, LOCATION);
    if (url === undefined) return;
    const silent = lab.connect(url);
    await once(silent, 'open');
    const began = performance.now();
    await untilClosed(silent);
    lab.say('client', `this was after ${Math.round((performance.now() - began) / 1000)} s without a byte`);

    const lively = lab.connect(url);
    await once(lively, 'open');
    const [socket] = wss.clients;
    const pings = setInterval(() => socket?.ping(), 500);
    lab.atEnd(() => clearInterval(pings));
    for (let pinged = 0; pinged < 6; pinged += 1) await once(lively, 'ping');
    lab.say('client', `with a ping each 0.5 s: readyState ${lively.readyState} (OPEN) after 3 s`);
  },
  8,
);
