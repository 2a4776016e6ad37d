/** What the course's tools know of this lesson: what is to fuzz, what to measure, and which attacks fell it. */
import fc from 'fast-check';
import {
  anyText,
  chatText,
  errorOf,
  is,
  isChatText,
  isName,
  isText,
  message,
  names,
  time,
} from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

const name = names(protocol.normaliseUsername);
/** Somebody who is there, somebody who is not, and names that an object has by birth. */
const anybody = fc.oneof(name, fc.constantFrom('observer', 'Mallory', 'constructor', '__proto__'));
const usernames = fc.array(anyText);

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.oneof(
      message('join', { username: name }),
      message('chat', { message: chatText }),
      message('private', { to: anybody, message: chatText }),
    ),
    allowed: [
      { type: is('join'), username: isName },
      { type: is('chat'), message: isChatText },
      { type: is('private'), to: isText, message: isChatText },
    ],
    answers: fc.oneof(
      message('joined', { username: anyText, usernames, at: time }),
      message('system', { message: anyText, usernames, at: time }),
      message('chat', { username: anyText, message: anyText, at: time }),
      message('private', { from: anyText, to: anyText, message: anyText, at: time }),
      errorOf(protocol),
    ),
    opening: (username) => [{ type: 'join', username }],
    call: (id) => ({ message: { type: 'chat', message: `call ${id}` }, answer: `"call ${id}"` }),
    dependOnOthers: ['username-taken', 'unknown-user'],
  },
  // Its chat is that of the lesson before, which is measured.
  measure: { greetings: () => 0 },
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
