/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import fc from 'fast-check';
import { anyText } from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';

export const traits: Traits = {
  fuzz: {
    messages: fc.record({ message: anyText }),
    texts: /^(Welcome to Echo WebSocket Server!|Echo: call \d+)$/,
    call: (id) => ({ message: `call ${id}`, answer: `Echo: call ${id}` }),
    echo: ({ isBinary, payload }) => ({
      isBinary,
      payload: isBinary ? payload : Buffer.from(`Echo: ${payload}`),
    }),
  },
  measure: {
    greetings: (size) => size,
    echo: { text: 'Hello, world', atLeast: 0.95, prefix: 'Echo: ' },
  },
  attack: {
    open: {
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
