/** Tells how one message of the storm went wrong: of all that was said, the few lines that matter. */
import { type Entry, printConversation } from '#shared/lesson/conversation.ts';
import type { ClientMessage, ServerMessage } from './protocol.ts';

export type Person = 'alice' | 'bob';
export type Message = ClientMessage | ServerMessage;
/** Something that was sent, received, or happened. */
export type Seen = { who: Person; entry: Entry; message?: Message };

/** A longer story would not be read. */
const [FIRST_LINES, LAST_LINES] = [5, 8];

/** @param all from the begin to the end @param text of the message */
export function tellTwice(all: Seen[], text: string): string[] {
  const isAbout = aboutText(all, text);
  const second = all.findIndex(({ entry }) => entry.kind === 'happened' && entry.text === seesTwice(text));
  const story = all.slice(0, second + 1).slice(all.findIndex(isAbout));
  const isPart = (seen: Seen) => isAbout(seen) || isOfLink(seen, 'alice', ['join']) || seen === all[second];
  return print(story.filter(isPart));
}

/** @param all from the begin to the end @param text of the message */
export function tellLost(all: Seen[], text: string): string[] {
  const isAbout = aboutText(all, text);
  const begin = all.findIndex(isAbout);
  if (begin < 0) return [];
  const [number] = all
    .filter(isAbout)
    .flatMap(({ message }) => (message && 'seq' in message ? message.seq : []));
  const story =
    number === undefined ? tellNeverHad(all.slice(begin), text, isAbout) : tellPassedOver(all, begin, number);
  return print([...story, happened('bob', `never sees ${text}`, Number.NaN)]);
}

/** The server never had it. Soon bob sees one that was written later. @param all since it was written */
function tellNeverHad(all: Seen[], text: string, isAbout: (seen: Seen) => boolean): Seen[] {
  const isLater = ({ who, message }: Seen) =>
    who === 'bob' && message?.type === 'chat' && Number(message.message) > Number(text);
  const later = all.findIndex(isLater);
  const isPart = (seen: Seen) => isAbout(seen) || isOfLink(seen, 'alice', ['join']) || seen === all[later];
  return all.slice(0, later + 1).filter(isPart);
}

/**
 * The server has it. But bob asks for what came after a later one: from then on nobody sends it to him.
 *
 * @param begin where alice sends it @param number which it has
 */
function tellPassedOver(all: Seen[], begin: number, number: number): Seen[] {
  const first = all[begin];
  const asks = all.filter(({ who, message }) => who === 'bob' && message?.type === 'since');
  const fatal = asks.findIndex(({ message }) => message?.type === 'since' && message.seq >= number);
  const [before, wrong] = [asks[fatal - 1], asks[fatal]];
  const from = before ? all.indexOf(before) : begin;
  const later = wrong?.message?.type === 'since' ? wrong.message.seq : 0;
  const isLater = ({ who, message }: Seen) =>
    who === 'bob' && message?.type === 'chat' && 'seq' in message && message.seq === later;
  const isPart = (seen: Seen) =>
    isLater(seen) || isOfLink(seen, 'bob', ['join', 'since', 'missed']) || seen === first;
  const story = wrong ? all.slice(from, all.indexOf(wrong) + 1).filter(isPart) : [];
  return first && begin < from ? [first, ...story] : story;
}

export function seesTwice(text: string): string {
  return `sees ${text} twice`;
}

/** Something that was not said. */
export function happened(who: Person, text: string, at: number): Seen {
  return { who, entry: { kind: 'happened', who, text, at } };
}

/** A message as it is told: without what does not matter here. */
export function brief(message: Message): string {
  return JSON.stringify(message, (key, value) => {
    if (['at', 'usernames', 'epoch', 'last'].includes(key)) return undefined;
    if (key === 'username' && message.type !== 'join') return undefined;
    if (key === 'id') return `${String(value).slice(0, 4)}…`;
    if (key !== 'messages' || !Array.isArray(value)) return value;
    return value.length === 0 ? [] : `${value[0].seq} to ${value.at(-1).seq}`;
  });
}

/** Whether it is the message, on its way to the server or to bob, or its ack. */
function aboutText(all: Seen[], text: string): (seen: Seen) => boolean {
  const isIt = (message?: Message) => message?.type === 'chat' && message.message === text;
  const ids = all.flatMap(({ message }) => (isIt(message) && message && 'id' in message ? message.id : []));
  return ({ who, entry, message }) =>
    message?.type === 'ack'
      ? ids.includes(message.id)
      : isIt(message) && !(who === 'alice' && entry.kind === 'received');
}

function isOfLink({ who, entry, message }: Seen, of: Person, types: Message['type'][]): boolean {
  if (who !== of) return false;
  return message ? types.includes(message.type) : entry.kind === 'happened';
}

function print(seen: Seen[]): string[] {
  const entries = seen.map(({ entry }) => entry);
  const count = entries.length - FIRST_LINES - LAST_LINES;
  if (count > 0) entries.splice(FIRST_LINES, count, { kind: 'left out', count });
  return printConversation(entries);
}
