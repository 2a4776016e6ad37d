/** What to fuzz in a chat with nicknames: for each lesson whose messages are those. */
import { anyText, chatText, is, isChatText, message, time } from './fuzzing.ts';
import { fuzzJoining, type More, type Protocol } from './joining-fuzz.ts';
import type { Fuzzing } from './traits.ts';

/** @param more what a lesson says beside it */
export function fuzzNicknames(protocol: Protocol, more: Partial<More> = {}): Fuzzing {
  const { messages = [], allowed = [], answers = [] } = more;
  return fuzzJoining(
    protocol,
    {
      messages: [message('chat', { message: chatText }), ...messages],
      allowed: [{ type: is('chat'), message: isChatText }, ...allowed],
      answers: [message('chat', { username: anyText, message: anyText, at: time }), ...answers],
    },
    (id) => ({ message: { type: 'chat', message: `call ${id}` }, answer: `"call ${id}"` }),
  );
}
