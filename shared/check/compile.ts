/** Compiles an answer's server, so that the process that runs it needs no compiler of its own. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Message, type Plugin } from 'esbuild';
import { whyUnreadable } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Problem, ServerProblem } from './problems.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** Changes a text before it is compiled. @param path the absolute path of its file */
export type Change = (path: string, text: string) => string;

/** What a file says of its own place must be true after it has moved into another file. */
const keepPlaces = (change: Change): Plugin => ({
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?ts$/ }, async ({ path }) => {
      const places = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
      const text = change(path, await readFile(path, 'utf8'));
      const contents = text.replace(
        /\bimport\.meta\.(url|filename|dirname)\b/g,
        (_, place: keyof typeof places) => JSON.stringify(places[place]),
      );
      return { contents, loader: 'ts' };
    });
  },
});

/** Packages stay outside: they are looked for before the server runs, since the line that imports them is known here. */
const findPackages: Plugin = {
  name: 'find-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./#]/ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'import-statement' || isBuiltin(path) || path.includes(':')) return undefined;
      const [name = '', inScope = ''] = path.split('/');
      const folder = join('node_modules', name.startsWith('@') ? join(name, inScope) : name);
      if ([...foldersAbove(resolveDir), ROOT].some((place) => existsSync(join(place, folder))))
        return undefined;
      return { errors: [{ text: `Could not resolve "${path}"` }] };
    });
  },
};

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

/**
 * Strips the types of a server and of all files of the course that it imports, as tsx would, and puts them
 * into one JavaScript file. Packages stay where they are. A source map leads from errors to the learner's lines.
 *
 * @param file the server's absolute path
 * @param options driver: what runs the file where it is a module, which does nothing by itself: an import of its function
 *   `drive`. change: changes what is compiled
 * @returns the compiled file, and a function that removes it
 * @throws ServerProblem where the file cannot be read, does not parse, or imports a file that is not there
 */
export async function compile(
  file: string,
  { driver, change = (_, text) => text }: { driver?: string; change?: Change } = {},
): Promise<{ path: string; remove: () => Promise<void> }> {
  expectFile(file);
  const folder = makeScratch();
  const path = join(folder, 'compiled.mjs');
  const remove = () => removeScratch(folder);
  const result = await build({
    ...(driver === undefined ? { entryPoints: [file] } : { stdin: driveBy(driver, file) }),
    outfile: path,
    absWorkingDir: ROOT,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
    plugins: [keepPlaces(change), findPackages],
  }).catch(async (error: { errors: Message[] }) => {
    await remove();
    throw new ServerProblem(whyBroken(error, file));
  });
  await writeFile(path, result.outputFiles[0]?.contents ?? '');
  return { path, remove };
}

/** A program that gives all that a module exports to its driver. */
function driveBy(driver: string, file: string) {
  const contents = `import * as answer from ${JSON.stringify(`./${basename(file)}`)};
    import { drive } from ${JSON.stringify(driver)};
    drive(answer);`;
  return { contents, resolveDir: dirname(file) };
}

/** @throws ServerProblem if a file of an answer cannot be read */
export function expectFile(file: string): void {
  const why = whyUnreadable(file);
  if (why !== undefined) throw new ServerProblem({ kind: 'unreadable', why });
}

/** What esbuild found wrong in a file, or in what it imports. */
export function whyBroken({ errors: [first] }: { errors: Message[] }, file: string): Problem {
  return {
    kind: 'broken',
    file: resolve(ROOT, first?.location?.file ?? file),
    line: first?.location?.line ?? 1,
    message: first?.text ?? 'It cannot be compiled.',
  };
}
