/** Finds the learner's own line behind an error in a page: a page runs one script, which was made of many files. */
import { SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { displayPath } from './problems.ts';

const MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;
const PLACE = /\/client\.ts:(\d+):(\d+)/g;

/**
 * @param script what the page runs, with its source map inside
 * @param file the learner's
 * @returns what finds the topmost line of that file in an error's stack
 */
export function placesIn(script: string, file: string): (stack: string) => string | undefined {
  const [, encoded] = MAP.exec(script) ?? [];
  if (encoded === undefined) return () => undefined;
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  return (stack) => {
    for (const [, line, column] of stack.matchAll(PLACE)) {
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalSource' in entry) || relative(resolve(ROOT, entry.originalSource), file) !== '')
        continue;
      return `${displayPath(file)}:${entry.originalLine + 1}`;
    }
    return undefined;
  };
}
