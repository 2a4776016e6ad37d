/** The blocks of a lesson's text that its stage runs: lines of JavaScript for a client's page, and bytes to send. */
import { findBlock } from '#shared/course/experiments.ts';

const CLIENTS = ['left', 'right', 'third'];

/** In whose page a block of JavaScript runs, or undefined where the text has no such block. */
export function clientOf(folder: string, name: string): string | undefined {
  const block = findBlock(folder, 'js', name);
  return block && (CLIENTS.find((client) => client === block.info[2]) ?? 'left');
}

/**
 * Gives a block as a script. The page that loads it has a function for it: see page/stage-client.ts.
 * The block is in a function, so it can be run again, and its first line is the script's first: an error names the right one.
 *
 * @returns undefined where the text has no such block
 */
export function scriptOf(folder: string, name: string): string | undefined {
  const block = findBlock(folder, 'js', name);
  return block && `course.run(${JSON.stringify(name)}, async (console) => { ${block.lines.join('\n')}\n});\n`;
}

/** Gives the bytes of a block, as hexadecimal digits, or undefined where the text has no such block. */
export function bytesOf(folder: string, name: string): string | undefined {
  return findBlock(folder, 'bytes', name)
    ?.lines.map((line) => line.replace(/#.*/, ''))
    .join(' ');
}
