/** What a kind of attack is. */
import type { Site } from './site.ts';

export type Kind = {
  /** As it is called on the command line, in the table, and in a lesson's traits. */
  name: string;
  /** Where it is done, where that is not everywhere. */
  at?: 'lessons' | 'workshop';
  /** Whether it takes long by its nature: it is left out of the short form. */
  isLong?: boolean;
  /** What strangers do. They are still there when it resolves, and what the server holds for them is looked at then. */
  run: (site: Site) => Promise<void>;
};

/** So many, made one by one. */
export function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
