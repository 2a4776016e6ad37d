/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import fc from 'fast-check';
import { errorOf, is, message } from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const line = {
  from: fc.tuple(fraction, fraction),
  to: fc.tuple(fraction, fraction),
  color: fc.stringMatching(/^#[0-9a-fA-F]{6}$/),
  width: fc.double({ min: 1, max: 50, noNaN: true }),
};
const isFraction = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isPoint = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isFraction);

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.oneof(message('line', line), message('clear', {})),
    allowed: [
      {
        type: is('line'),
        from: isPoint,
        to: isPoint,
        color: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value),
        width: (value) => typeof value === 'number' && value >= 1 && value <= 50,
      },
      { type: is('clear') },
    ],
    answers: fc.oneof(
      message('canvas', { lines: fc.array(fc.record(line)), seq: fc.nat() }),
      message('line', { seq: fc.nat(), ...line }),
      message('clear', { seq: fc.nat() }),
      errorOf(protocol),
    ),
    call: (id) => ({
      message: { type: 'line', from: [0, 0], to: [1, 1], color: '#ca1100', width: 1 + id / 1e6 },
      answer: `"width":${1 + id / 1e6}}`,
    }),
  },
  measure: {
    greetings: (size) => size,
    broadcast: {
      text: '{"type":"line","from":[0.25,0.5],"to":[0.75,1],"color":"#123abc","width":4}',
      atLeast: 0.95,
    },
  },
  // It keeps 10,000 lines, and sends them all to each newcomer.
  soak: { tidy: { type: 'clear' } },
  attack: {
    open: {
      'a flood of texts': { falls: ['noise'], closedBy: '11' },
      'renames without end': { falls: ['noise'], closedBy: '11' },
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['noise'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd'], closedBy: '11' },
      'fills the log': { falls: ['fills'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
