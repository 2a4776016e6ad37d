/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import fc from 'fast-check';
import { anyText, chatText, errorOf, isChatText, message, time } from '#shared/testing/fuzzing.ts';
import { type Traits, toAllBefore } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.record({ username: fc.string({ maxLength: 20 }), message: chatText }),
    optional: 'username',
    parsed: ({ username, message }) => ({ username: username || 'Anonymous', message }),
    allowed: [{ username: (value) => isChatText(value) && String(value).length <= 20, message: isChatText }],
    answers: fc.oneof(
      message('system', { message: anyText, online: fc.nat(), at: time }),
      message('chat', { username: anyText, message: anyText, at: time }),
      errorOf(protocol),
    ),
    call: (id) => ({ message: { message: `call ${id}` }, answer: `"call ${id}"` }),
  },
  measure: {
    greetings: toAllBefore,
    broadcast: { text: '{"message":"Hello, world"}', atLeast: 0.95 },
  },
  attack: {
    open: {
      'speaks as somebody else': { falls: ['forges'], closedBy: '04' },
      'a name that looks the same': { falls: ['forges'], closedBy: '04' },
      'a flood of texts': { falls: ['noise'], closedBy: '11' },
      'joins and leaves': { falls: ['noise'], closedBy: '12' },
      'renames without end': { falls: ['noise'], closedBy: '11' },
      'reads no errors': { falls: ['holds'], closedBy: '11' },
      'reads no answers': { falls: ['noise', 'holds'], closedBy: '12' },
      'a thousand connections': { falls: ['crowd', 'noise'], closedBy: '11' },
      'fills the log': { falls: ['fills', 'noise'], closedBy: '11' },
      'a frozen cable': { falls: ['ghost'], closedBy: '09' },
    },
  },
};
