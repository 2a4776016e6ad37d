/** An nginx that does not pass the upgrade on, and one that does. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';
import { startNginx } from './nginx.ts';

const UPGRADE = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";`;

await showSymptom(
  'Works locally, not behind nginx',
  async (lab) => {
    const { url, port } = await lab.serve();
    const direct = lab.connect(url);
    await once(direct, 'open');
    lab.say('client', 'without nginx: open');

    const bare = await startNginx(lab, port, '');
    if (bare === undefined) return;
    await untilClosed(lab.connect(bare));

    const whole = await startNginx(lab, port, UPGRADE);
    if (whole === undefined) return;
    const through = lab.connect(whole);
    await once(through, 'open');
    lab.say('client', 'with the three lines: open');
  },
  5,
);
