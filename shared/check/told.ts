/** What a server makes up by itself, as a token, or counts: a script cannot know it, and says it all the same. */
import { fieldOf, isMessage } from './fits.ts';
import type { Heard } from './scene.ts';

/** A number stands for the quotes around it, too. */
const PLACE = /"<told (\w+) (\w+) (-?\d+)>"|<told (\w+) (\w+)>/g;

/** In a script: what the server told anybody last in this field of a message of this type. '' where it told none yet. */
export function told(type: string, field: string): string {
  return `<told ${type} ${field}>`;
}

/** In a script, as a whole value: the number that the server told last, as above, and so many more. */
export function toldNumber(type: string, field: string, more = 0): string {
  return `<told ${type} ${field} ${more}>`;
}

export type Memory = {
  /** Notes what somebody heard. */
  listen: (heard: Heard[]) => void;
  /** Puts what was told in its places. */
  fill: (text: string) => string;
};

/** Gives what remembers, while a script is played, what the server tells. */
export function createMemory(): Memory {
  /** By type. */
  const last = new Map<unknown, Record<string, unknown>>();
  const find = (type = '', field = '') => fieldOf(last.get(type) ?? {}, field);
  return {
    listen(heard) {
      for (const { value } of heard) if (isMessage(value)) last.set(value.type, value);
    },
    fill: (text) =>
      text.replace(PLACE, (_, type, field, more, textType, textField) =>
        more === undefined
          ? `${find(textType, textField) ?? ''}`
          : `${Number(find(type, field) ?? 0) + Number(more)}`,
      ),
  };
}
