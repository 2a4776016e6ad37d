import type { Equivalent } from '#shared/tools/mutants.ts';

const limit = 'The task states no limit of bytes. The reference has one, and a KiB more or less is as good.';

export const equivalent: Equivalent[] = [
  {
    mutant: 'return new Date().toISOString();  →  return new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  {
    mutant:
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    why: 'JSON.parse turns a Buffer into a text by itself. (TypeScript refuses it.)',
  },
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((changed) => ({
    mutant: `const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });  →  const wss = new WebSocketServer({ server, maxPayload: ${changed} });`,
    why: limit,
  })),
];
