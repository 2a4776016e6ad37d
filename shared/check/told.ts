/** What a server makes up by itself, as a token, or counts: a script cannot know it, and says it all the same. */
import { fieldOf, isMessage } from './fits.ts';
import type { Heard } from './scene.ts';

/** In quotes, or within a text. */
const PLACE = /"<told (\w+) (-?\d+)>"|<told (\w+)>/g;

/** In a script: the last text that the server told anybody in a field of this name. '' where it told none yet. */
export function told(field: string): string {
  return `<told ${field}>`;
}

/** In a script, as a whole value: the last number that the server told anybody in such a field, and so many more. */
export function toldNumber(field: string, more = 0): string {
  return `<told ${field} ${more}>`;
}

export type Memory = {
  /** Notes what somebody heard. */
  listen: (heard: Heard[]) => void;
  /** Puts what was told in its places. */
  fill: (text: string) => string;
};

/** Gives what remembers, while a script is played, what the server tells. */
export function createMemory(): Memory {
  const last = new Map<string, string | number>();
  return {
    listen(heard) {
      for (const { value } of heard) {
        if (!isMessage(value)) continue;
        for (const key of Object.keys(value)) {
          const one = fieldOf(value, key);
          if (typeof one === 'string' || typeof one === 'number') last.set(key, one);
        }
      }
    },
    fill: (text) =>
      text.replace(PLACE, (_, counted: string | undefined, more: string, field: string) =>
        counted === undefined
          ? `${last.get(field) ?? ''}`
          : `${Number(last.get(counted) ?? 0) + Number(more)}`,
      ),
  };
}
