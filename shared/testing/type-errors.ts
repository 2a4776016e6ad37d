/** What the type checker says about a file of the course after a change, while the file itself stays as it is. */
import { relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '#shared/course/root.ts';

/**
 * Checks these files, and not those that they import: that would take seconds. Gives a text for each error.
 *
 * @param files named from the root: ['lessons/02/server.ts']
 * @param changes for a file, or one that it imports, the text that it would have: { 'lessons/02/server.ts': (text) => … }
 */
export function typeErrors(files: string[], changes: Record<string, (text: string) => string>): string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.node.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (name) => {
    const text = readFile(name);
    return text && (changes[fromRoot(name)]?.(text) ?? text);
  };
  const program = ts.createProgram(
    files.map((file) => ROOT + file),
    options,
    host,
  );
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(ROOT + file))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

function fromRoot(path: string): string {
  return relative(ROOT, path).replaceAll('\\', '/');
}
