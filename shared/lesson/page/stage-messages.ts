/** What the stage, the pages of its clients and the page around it say to each other. */

/** From the page around the stage. */
export type Order = { course: 'run' | 'send'; name: string };

/** To the page of a client, which the stage shows in a frame. */
export type ClientOrder = { course: 'run'; name: string } | { course: 'connect' };

/** What a block did: to the stage, and on to the page around it. */
export type BlockNews =
  | { course: 'printed'; name: string; text: string }
  /** It was executed, or could not be: then `problem` says why. */
  | { course: 'ran'; name: string; problem?: string };

/** From the page of a client. */
export type ClientNews =
  | BlockNews
  /** It hears orders now. */
  | { course: 'ready' }
  | { course: 'connection'; state: string };

/** Whether a page is one of this machine's: the workshop, or a lesson. */
export function isLoopback(origin: string): boolean {
  return /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}

/** Whether that could be the name of a block. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z0-9-]{1,60}$/.test(name);
}

/** Reads what a page around the stage says. Undefined: not for us. */
export function readOrder(data: unknown): Order | undefined {
  const { course, name } = fieldsOf(data);
  return (course === 'run' || course === 'send') && isName(name) ? { course, name } : undefined;
}

/** Reads what the stage says to a client's page. Undefined: not for us. */
export function readClientOrder(data: unknown): ClientOrder | undefined {
  const { course, name } = fieldsOf(data);
  if (course === 'connect') return { course };
  return course === 'run' && isName(name) ? { course, name } : undefined;
}

/** Reads what a client's page says. Undefined: not for us. */
export function readClientNews(data: unknown): ClientNews | undefined {
  const { course, state } = fieldsOf(data);
  if (course === 'ready') return { course };
  if (course === 'connection' && typeof state === 'string') return { course, state };
  return readBlockNews(data);
}

/** Reads what a block did, for the page around the stage, too. Undefined: not for us. */
export function readBlockNews(data: unknown): BlockNews | undefined {
  const { course, name, text, problem } = fieldsOf(data);
  if (!isName(name)) return undefined;
  if (course === 'printed' && typeof text === 'string') return { course, name, text };
  if (course !== 'ran') return undefined;
  return typeof problem === 'string' ? { course, name, problem } : { course, name };
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
