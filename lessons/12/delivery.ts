/** Brings each message over once and in order, whatever the link does: keeps what has no ack, asks for what was missed. */
import type { Delivery, Options } from './delivery-options.ts';
import { createOutbox } from './outbox.ts';
import { createPace } from './pace.ts';
import type { Said, ServerMessage } from './protocol.ts';

const RESTARTED = 'The server has restarted: its numbers begin again, and what nobody had read is lost.';
const GAP = 'There is a gap before this: you were away for longer than the server remembers.';

type Answer<T> = ServerMessage & { type: T };

export function createDelivery(options: Options): Delivery {
  const { send, show, replace, showWaiting, giveBack, onTooFast } = options;
  const pace = createPace({ ...options, next: sendOneMore });
  const outbox = createOutbox({ send, showWaiting, mayGo: () => isJoined && !pace.isSlow() });
  let [isJoined, isAsking, mustAsk] = [false, false, false];
  /** Whose numbers we have. '' is nobody's. */
  let epoch = '';
  /** All up to this number were shown. It is what we ask from: a number that we only heard of has gaps before it. */
  let last = 0;

  /** One answer is enough, however many messages come before it: it has them all. */
  function ask(): void {
    if (pace.isSlow()) mustAsk = true;
    else if (!isAsking) sendQuestion();
  }

  function sendQuestion(): void {
    mustAsk = false;
    isAsking = true;
    send({ type: 'since', epoch, seq: last });
  }

  /** To the server this is a new connection. Only what it has acked has certainly arrived. */
  function resume(): void {
    if (isJoined) return; // It was a change of the name.
    isJoined = true;
    ask();
    outbox.sendSome();
  }

  function take(said: Said): void {
    if (said.seq > last + 1) ask(); // Something is missing before it. The answer has both.
    if (said.seq !== last + 1) return; // Or it was shown already.
    last = said.seq;
    show(said);
  }

  function catchUp({ messages, last: newest }: Answer<'missed'>): void {
    isAsking = false;
    for (const said of messages) take(said);
    if (messages.length > 0 && last < newest) ask(); // There is another page.
  }

  function startAnew(snapshot: Answer<'snapshot'>): void {
    isAsking = false;
    const why = epoch === '' ? undefined : epoch === snapshot.epoch ? GAP : RESTARTED;
    ({ epoch, last } = snapshot);
    replace(snapshot.messages, why);
  }

  function refused(code: string, why: string): void {
    const item = outbox.oldest();
    if (code === 'too-fast') slowDown();
    if (!item) return;
    // What came too soon, or before we had a name, waits for the next time.
    if (code === 'too-fast' || code === 'not-joined') item.hasGone = false;
    if (code !== 'bad-message') return;
    outbox.drop(item.id);
    giveBack?.(item.text, why);
  }

  /** Nothing is lost: it goes again a little later. The error may be about our question, too. */
  function slowDown(): void {
    mustAsk ||= isAsking;
    if (!isJoined || (!outbox.oldest() && !mustAsk)) return;
    if (!pace.isSlow()) onTooFast?.();
    pace.slow();
  }

  function sendOneMore(): boolean {
    if (mustAsk) sendQuestion();
    else outbox.sendOne();
    return outbox.hasMore();
  }

  return {
    write: outbox.write,
    receive(message) {
      if (message.type === 'joined') resume();
      else if (message.type === 'chat') take(message);
      else if (message.type === 'ack') outbox.drop(message.id);
      else if (message.type === 'missed') catchUp(message);
      else if (message.type === 'snapshot') startAnew(message);
      else if (message.type === 'error') refused(message.code, message.message);
    },
    lost() {
      [isJoined, isAsking, mustAsk] = [false, false, false];
      pace.stop();
      outbox.lost();
    },
  };
}
