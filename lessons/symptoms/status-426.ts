/** Status 426: a request without an upgrade, at a port that has WebSockets alone. */
import { showSymptom } from './lab.ts';

await showSymptom('426 Upgrade Required', async ({ serve, say }) => {
  const { port } = await serve();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  say('server', `${response.status} ${response.statusText}`);
});
