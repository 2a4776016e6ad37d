/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import { fuzzNicknames } from '#shared/testing/nickname-fuzz.ts';
import { type Traits, toAllBefore } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: fuzzNicknames(protocol),
  measure: {
    greetings: () => 0,
    hello: { text: (n) => `{"type":"join","username":"${n.toString(36)}"}`, answers: toAllBefore },
    broadcast: { text: '{"type":"chat","message":"Hello, world"}', atLeast: 0.95 },
  },
  attack: {
    open: {
      'a flood of texts': { falls: ['noise'], closedBy: '11' },
      'joins and leaves': { falls: ['noise'], closedBy: '12' },
      'renames without end': { falls: ['noise'], closedBy: '11' },
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['noise', 'holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
