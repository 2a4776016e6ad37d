import type { Equivalent } from '#shared/tools/mutants.ts';

const limit = 'The task states no limit. The reference has one, and a KiB more or less is as good.';

export const equivalent: Equivalent[] = [
  {
    mutant: 'const at = new Date().toISOString();  →  const at = new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  {
    mutant:
      "send(socket, { type: 'welcome', message: GREETING, at: new Date().toISOString() });  →  send(socket, { type: 'welcome', message: GREETING, at: new Date() });",
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((changed) => ({
    mutant: `const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });  →  const wss = new WebSocketServer({ server, maxPayload: ${changed} });`,
    why: limit,
  })),
];
