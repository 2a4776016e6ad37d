/** The bench of somebody who has a terminal and a browser, and no workshop. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { copyChanged } from '#shared/check/changed-copy.ts';
import { rawConnect } from '#shared/check/raw-client.ts';
import { openProcess } from '#shared/check/server-process.ts';
import { type Block, editsOf, type LessonEdit, programOf } from '#shared/course/blocks.ts';
import { findBlock } from '#shared/course/experiments.ts';
import { ROOT } from '#shared/course/root.ts';
import { textOf } from '#shared/course/text-place.ts';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import { type CableDeed, type ClientName, clientOf, type OpenBench } from './bench.ts';
import { connection, openTab } from './browser-testing.ts';
import { startChanged } from './changed-server.ts';
import { enterPage } from './door-page.ts';
import { gatherOutput, type RunningServer, startServer } from './start-server.ts';
import { doorOf } from './traits.ts';

type Client = {
  page: Page;
  cable: Cable;
  paste: (script: string) => Promise<void>;
  close: () => Promise<void>;
};

/**
 * Starts a lesson's server, for one experiment.
 *
 * @param folder named from the root: 'lessons/01'
 */
export async function openTerminalBench(folder: string): Promise<OpenBench> {
  const own = `${folder}/server.ts`;
  const door = await doorOf(folder);
  let server = await startServer(own);
  /** What was changed in the files. A person who runs a program then runs it with the change. */
  let edits: LessonEdit[] = [];
  let earlier = '';
  let printed = '';
  let hand: Socket | undefined;
  const clients = new Map<ClientName, Promise<Client>>();

  const print = (text: string) => {
    printed += `${text}\n`;
  };
  const client = (name: ClientName) => {
    const opened = clients.get(name) ?? openClient(server.url, name, print, door !== undefined);
    clients.set(name, opened);
    return opened;
  };

  async function change(start: (env: NodeJS.ProcessEnv) => Promise<RunningServer>): Promise<void> {
    const pages = (await Promise.all(clients.values())).map(({ page }) => page);
    await server.stop();
    earlier += server.output();
    await Promise.all(pages.map((page) => connection(page, 'closed')));
    server = await start({ PORT: new URL(server.url).port, LESSON_DATA: server.data });
    await Promise.all(pages.map(connectAgain));
  }

  return {
    apply(name) {
      edits = editsOf(blockOf(folder, 'diff', name));
      return change((env) => startChanged(folder, edits, { env }));
    },
    undo() {
      edits = [];
      return change((env) => startServer(own, { env }));
    },
    async run(name) {
      const { info, lines } = blockOf(folder, 'js', name);
      const { paste } = await client(clientOf(info));
      await paste(lines.join('\n'));
    },
    async send(name) {
      const bytes = bytesOf(blockOf(folder, 'bytes', name));
      if (!hand?.writable) hand = await connectHand(server.socketUrl);
      if (!hand.write(bytes)) await once(hand, 'drain');
    },
    program: (name) => runProgram(folder, blockOf(folder, 'sh', name), edits),
    printed: async () => printed,
    output: async () => earlier + server.output(),
    client: async (name) => (await client(name)).page,
    cable: async (name, deed) => treat((await client(name)).cable, deed),
    async crashed() {
      await server.exited;
    },
    async close() {
      hand?.destroy();
      const opened = await Promise.allSettled(clients.values());
      await Promise.all(opened.map((result) => result.status === 'fulfilled' && result.value.close()));
      await server.stop();
    },
  };
}

/** As the stage does, which has buttons for it. */
function treat(cable: Cable, deed: CableDeed): void {
  if (deed === 'cut') cable.reset();
  else if (deed === 'freeze') cable.freeze();
  else cable.heal();
}

function blockOf(folder: string, language: string, name: string): Block {
  const block = findBlock(folder, language, name);
  if (!block) throw new Error(`${textOf(folder)} has no block \`\`\`${language} … ${name}.`);
  return block;
}

/** The bytes of a block: two hexadecimal digits each. */
function bytesOf({ info, lines }: Block): Buffer {
  const digits = lines.join('').replace(/\s/g, '');
  if (!/^(?:[\da-f]{2})+$/i.test(digits)) throw new Error(`These are no bytes: ${info.join(' ')}`);
  return Buffer.from(digits, 'hex');
}

/** Runs a program of the text in a process of its own: a copy, where there are changes. @returns all that it printed */
async function runProgram(folder: string, block: Block, edits: LessonEdit[]): Promise<string> {
  const named = programOf(block, folder);
  if (named === undefined) throw new Error(`This is no program of ${folder}: ${block.lines.join('\n')}`);
  const copy = edits.length > 0 ? await copyChanged(folder, edits, basename(named)) : undefined;
  try {
    const program = openProcess({ file: copy?.file ?? join(ROOT, named), execArgv: ['--import', 'tsx'] });
    const output = gatherOutput(program);
    const { code } = await program.exited;
    if (code !== 0) throw new Error(`${named} ended with ${code}: ${output()}`);
    return output();
  } finally {
    await copy?.remove();
  }
}

async function connectHand(socketUrl: string): Promise<Socket> {
  const { socket } = await rawConnect(socketUrl);
  socket.resume(); // Else its end would never be seen.
  return socket;
}

/**
 * Opens a client's page with its console, at the end of a cable of its own, and waits until it is connected.
 *
 * @param server where the server is: http://localhost:40123
 * @param print hears each line of its scripts
 * @param hasDoor whether one has to log in first
 */
async function openClient(
  server: string,
  name: ClientName,
  print: (text: string) => void,
  hasDoor: boolean,
): Promise<Client> {
  const { hostname, port } = new URL(server);
  const cable = await openCable(Number(port), 0, hostname === 'localhost' ? undefined : hostname);
  const { page, close } = await openTab();
  page.on('console', (message) => {
    // What the browser itself has to say has no arguments.
    if (message.args().length > 0) print(message.text());
  });
  page.on('pageerror', ({ name, message, stack = '' }) => {
    // What was pasted has no address: the others are errors of the page itself.
    if (/<anonymous>:\d/.test(stack)) print(`Uncaught ${name}: ${message}`);
  });
  await page.goto(`http://localhost:${cable.port}/?client=${name}`);
  if (hasDoor) await enterPage(page, name);
  await connection(page, 'open');
  const session = await page.context().newCDPSession(page);
  return {
    page,
    cable,
    async close() {
      await close();
      await cable.end();
    },
    async paste(expression) {
      const { exceptionDetails } = await session.send('Runtime.evaluate', { expression, replMode: true });
      if (exceptionDetails) print(`Uncaught ${exceptionDetails.exception?.description?.split('\n')[0]}`);
    },
  };
}

/** Presses Connect, as a person does, and waits until the handshake has come to an end. */
async function connectAgain(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector('#connect:not(:disabled)')?.click()`);
  await page.evaluate(
    `new Promise((done) => {
      const look = () =>
        document.documentElement.dataset.connection === 'connecting' ? setTimeout(look, 10) : done();
      look();
    })`,
  );
}
