/** Mallory's page in a real browser in which alice is logged in: against this lesson's server, whole, and without its guards. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { findBrowser, launchBrowser, NO_BROWSER } from '#shared/lesson/experiment/browser.ts';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { serveEvil } from './evil-page.ts';
import { removeCopies, startVictim, VARIANTS, type Victim } from './evil-servers.ts';

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

/** For a browser both are on this machine: one differs from the victim in its port alone, the other in its name, too. */
const SITES = { 'another port': 'localhost', 'another site': '127.0.0.1' };

/** In ms. Far more than a page needs. */
const PATIENCE = 20_000;

await runExperiment({ title: 'An evil page', seconds: 30 }, async (progress) => {
  const evil = await serveEvil(0);
  const address = evil.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const browser = findBrowser() === undefined ? undefined : await launchBrowser();
  const rows: string[][] = [];
  const said: string[] = browser
    ? []
    : [NO_BROWSER, 'Without one: npx tsx lessons/13/mallory.ts, and open its page in yours.'];
  const victims: Victim[] = [];
  try {
    progress(0, 'the servers start');
    victims.push(...(await Promise.all(VARIANTS.map(startVictim))));
    for (const [at, victim] of victims.entries()) {
      progress((at + 1) / (victims.length + 1), victim.name);
      const cells = browser ? await visit(browser, victim, port, said) : Object.keys(SITES).map(() => '?');
      rows.push([victim.name, ...cells, await rebind(victim)]);
    }
  } finally {
    await browser?.close();
    evil.close();
    await Promise.all(victims.map((victim) => victim.end()));
    await removeCopies();
  }
  return {
    table: [
      ['The server', ...Object.keys(SITES).map((name) => `A page on ${name}`), 'DNS rebinding'],
      ...rows,
    ],
    conversation: said,
  };
});

/** Alice logs in, and then opens mallory's page: at both of its addresses. Gives what the server said to it. */
async function visit(browser: Browser, victim: Victim, port: number, said: string[]): Promise<string[]> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  // As her page does it. The browser keeps the cookie, and no script sees it.
  await context.request.post(`${victim.url}/register`, {
    data: { username: 'alice', password: 'open sesame' },
  });
  const { port: target } = new URL(victim.url);
  const cells: string[] = [];
  for (const [name, host] of Object.entries(SITES)) {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    // A page never learns why a handshake failed. The browser's own tools do.
    let status = '';
    session.on('Network.webSocketFrameError', ({ errorMessage }) => {
      // For 401 it has words of its own.
      status = /authentication/i.test(errorMessage) ? '401' : (/code: (\d+)/.exec(errorMessage)?.[1] ?? '?');
    });
    await page.goto(`http://${host}:${port}/?port=${target}`);
    await page
      .locator('li', { hasText: /I am in|not let me in/ })
      .first()
      .waitFor();
    const heard = await page.locator('#log li').allTextContents();
    const isIn = heard.some((line) => line.includes('I am in, as alice.'));
    cells.push(isIn ? 'in, as alice' : `refused: ${status}`);
    said.push(`${victim.name}, ${name}: ${heard.join(' ')}`);
    await page.close();
  }
  await context.close();
  return cells;
}

/** Mallory's name suddenly means this machine. For the browser the page is still hers, and so is the server. */
async function rebind({ url }: Victim): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const headers = [
    'Host: evil.example',
    'Origin: http://evil.example',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(`GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  const [data] = await once(socket, 'data');
  socket.destroy();
  return `refused: ${String(data).slice(9, 12)}`;
}
