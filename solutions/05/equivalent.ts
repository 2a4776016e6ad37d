import type { Equivalent } from '#shared/check/mutants.ts';

const SERVE = "const server = await serveLesson('lessons/06', { client: 'solutions/05/client.ts' });";
const LIMIT = 'const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });';

export const equivalent: Equivalent[] = [
  ...["const server = await serveLesson('lessons/06');", SERVE.replace("'solutions/05/client.ts'", "''")].map(
    (changed) => ({
      mutant: `${SERVE}  →  ${changed}`,
      why: 'The server is checked without its page, and the page on a server of its own.',
    }),
  ),
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((size) => ({
    mutant: `${LIMIT}  →  ${LIMIT.replace('64 * 1024', size)}`,
    why: 'The task states no limit. The reference has one, and a KiB more or less is as good.',
  })),
  {
    mutant:
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    why: 'JSON.parse turns a Buffer into a text by itself. TypeScript refuses it all the same.',
  },
  {
    mutant: 'const at = new Date().toISOString();  →  const at = new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  {
    mutant: 'if (client.readyState === WebSocket.OPEN) client.send(text);  →  if (true) client.send(text);',
    why: 'ws discards what is sent to a socket that is closing.',
  },
];
