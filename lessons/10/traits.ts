/** What the course's tools know of this lesson: what is to fuzz, and what to measure. */
import fc from 'fast-check';
import {
  anyText,
  chatText,
  errorOf,
  is,
  isChatText,
  isName,
  message,
  names,
  time,
} from '#shared/testing/fuzzing.ts';
import type { Traits } from '#shared/testing/traits.ts';
import * as protocol from './protocol.ts';

const usernames = fc.array(anyText);
const id = fc.uuid({ version: 4 });
const seq = fc.maxSafeNat();
const messages = fc.array(fc.record({ seq, username: anyText, message: anyText, at: time }), {
  maxLength: 5,
});

const isId = (value: unknown) =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value);
const isSeq = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** Each call has an id of its own. */
const idOf = (call: number) => `00000000-0000-4000-8000-${call.toString(16).padStart(12, '0')}`;

export const traits: Traits = {
  fuzz: {
    protocol,
    messages: fc.oneof(
      message('join', { username: names(protocol.normaliseUsername) }),
      message('chat', { id, message: chatText }),
      message('since', { epoch: fc.oneof(fc.constant(''), id), seq }),
      message('ping', {}),
    ),
    allowed: [
      { type: is('join'), username: isName },
      { type: is('chat'), id: isId, message: isChatText },
      { type: is('since'), epoch: (value) => value === '' || isId(value), seq: isSeq },
      { type: is('ping') },
    ],
    answers: fc.oneof(
      message('joined', { username: anyText, usernames, at: time }),
      message('system', { message: anyText, usernames, at: time }),
      message('chat', { seq, username: anyText, message: anyText, at: time }),
      message('ack', { id, seq, at: time }),
      message('missed', { messages, last: seq, at: time }),
      message('snapshot', { epoch: id, messages, last: seq, at: time }),
      message('pong', { at: time }),
      errorOf(protocol),
    ),
    opening: (username) => [{ type: 'join', username }],
    call: (call) => ({
      message: { type: 'chat', id: idOf(call), message: `call ${call}` },
      answer: `"call ${call}"`,
    }),
    dependOnOthers: ['username-taken'],
  },
  measure: { greetings: () => 0 },
};
