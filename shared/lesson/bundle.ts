/** Turns a page's client.ts into JavaScript that a browser runs. */
import { basename, dirname } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../root.ts';

/**
 * Strips the types of a client file and of what it imports, and gives one module with its source map
 * inside, so that the browser's debugger shows the TypeScript.
 * Where the file does not parse, the module that comes back writes the errors into the page.
 *
 * @param file absolute path of the client file
 * @param contents the file's text, if it is not what stands on disk
 */
export async function bundleClient(file: string, contents?: string): Promise<string> {
  const entry =
    contents === undefined
      ? { entryPoints: [file] }
      : { stdin: { contents, loader: 'ts' as const, resolveDir: dirname(file), sourcefile: basename(file) } };
  try {
    const result = await build({
      ...entry,
      absWorkingDir: ROOT,
      bundle: true,
      format: 'esm',
      platform: 'browser',
      sourcemap: 'inline',
      write: false,
      logLevel: 'silent',
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    return `const note = document.createElement('pre');
note.className = 'client-error';
note.setAttribute('role', 'alert');
note.textContent = ${JSON.stringify(message)};
document.body.prepend(note);\n`;
  }
}
