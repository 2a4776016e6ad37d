/** Turns a page's client.ts into JavaScript that a browser runs. */
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '#shared/course/root.ts';
import type { Instead } from './instead.ts';

/**
 * Strips the types of a client file and of what it imports, and gives one module with its source map
 * inside, so that the browser's debugger shows the TypeScript.
 *
 * @param file absolute path of the client file
 * @param instead files that it imports, and what is taken in their place
 * @throws what esbuild says, where the file does not parse or imports what is not there
 */
export async function buildClient(file: string, instead: Instead = {}): Promise<string> {
  const result = await build({
    entryPoints: [file],
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent',
    plugins: [takeOthers(instead)],
  });
  return result.outputFiles[0]?.text ?? '';
}

function takeOthers(instead: Instead): Plugin {
  const others = new Map(
    Object.entries(instead).map(([file, other]) => [resolve(ROOT, file), resolve(ROOT, other)]),
  );
  return {
    name: 'take-others',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const other = others.get(resolve(resolveDir, path));
        return other === undefined ? undefined : { path: other };
      });
    },
  };
}

/** Like buildClient, but where the file does not parse, the module that comes back writes the errors into the page. */
export async function bundleClient(file: string, instead?: Instead): Promise<string> {
  try {
    return await buildClient(file, instead);
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
