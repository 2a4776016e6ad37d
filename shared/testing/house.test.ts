/** Holds the house together: which room may import from which, no circles, short files and functions, no lesson's number. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';

const MOST_LINES = 300;
const MOST_LINES_OF_A_FUNCTION = 80;

/** A source file, and what the rules ask about it. Paths are named from the root, lines count from 1. */
type File = {
  path: string;
  text: string;
  /** Import declarations, `import()`, and those of types. A target is a file, or the name of a package. */
  imports: { line: number; target: string }[];
  functions: { line: number; name: string; length: number }[];
  /** Strings, templates and regular expressions, as they are written. */
  literals: { line: number; text: string }[];
};

/** From the lowest room to the highest: each stands on those before it. Workshop and tools stand side by side on all of them. */
const ROOMS = ['course', 'lesson', 'check', 'testing'];

const OF_TESTS = [...ROOMS.map((room) => `shared/${room}/`), 'a package'];

/** What a file may import, besides its own folder. The first line that fits a file counts. */
const MAY_IMPORT: [files: RegExp, targets: string[]][] = [
  [/^lessons\/\d+\/.*\.test\.ts$/, OF_TESTS],
  [/^lessons\/\d+\/traits\.ts$/, ['shared/testing/', 'fast-check']],
  [/^lessons\/\d+\//, ['shared/lesson/', 'ws', 'node:*']],
  [/^exercises\/\d+\//, ['shared/check/', 'lessons/*/protocol.ts', 'lessons/*/history.ts', 'ws', 'node:*']],
  [/^solutions\/\d+\/chain\.test\.ts$/, OF_TESTS],
  // An answer that is a suite of tests.
  [/^solutions\/\d+\/.*\.test\.ts$/, ['lessons/', 'shared/lesson/', 'a package']],
  [/^solutions\/\d+\/(mistakes|transplants)\.ts$/, ['shared/course/']],
  [/^solutions\/\d+\/equivalent\.ts$/, ['shared/course/', 'shared/tools/']],
  [
    /^solutions\/\d+\//,
    [
      'shared/lesson/',
      'lessons/*/protocol.ts',
      'lessons/*/history.ts',
      'lessons/*/heartbeat.ts',
      'lessons/*/limits.ts',
      'ws',
      'node:*',
    ],
  ],
  [/^shared\/\w+\/.*\.test\.ts$/, [...OF_TESTS, 'lessons/', 'exercises/', 'solutions/']],
  ...ROOMS.map((room, n): [RegExp, string[]] => [
    new RegExp(`^shared/${room}/`),
    [...ROOMS.slice(0, n).map((below) => `shared/${below}/`), 'a package'],
  ]),
  [/^shared\/(workshop|tools)\//, OF_TESTS],
];

/** The one package that a lesson is about. Its traits.ts says which: `library: 'NAME'`. */
function libraryOf(path: string, house: File[]): string[] {
  const [lesson] = /^lessons\/\d+\//.exec(path) ?? [];
  const { text = '' } = house.find((file) => file.path === `${lesson}traits.ts`) ?? {};
  const [, library] = /^ *library: '([^']+)',?$/m.exec(text) ?? [];
  return library === undefined ? [] : [library];
}

/** The rules. Each gives a sentence for every place that breaks it. */
const RULES: Record<string, (house: File[]) => string[]> = {
  'a file imports from its own room and from those below': (house) =>
    house.flatMap(({ path, imports }) => {
      const may = MAY_IMPORT.find(([files]) => files.test(path))?.[1];
      if (!may) return [`${path} is in no room: move it to one.`];
      const own = `${path.split('/').slice(0, 2).join('/')}/`;
      const all = [own, ...may, ...libraryOf(path, house)];
      return imports
        .filter(({ target }) => !all.some((pattern) => isMeant(target, pattern)))
        .map(
          ({ line, target }) =>
            `${path}:${line} imports ${target}: it may import from ${all.join(', ')} only.`,
        );
    }),

  'no files of shared/ import each other in a circle': (house) => {
    const targets = new Map(house.filter(isShared).map(({ path, imports }) => [path, imports]));
    const circles = new Map<string, string>();
    for (const path of targets.keys()) {
      const circle = wayBack(path, (from) => (targets.get(from) ?? []).map(({ target }) => target));
      const members = circle?.slice(1).sort().join() ?? '';
      // Each file of a circle finds it: it is told once.
      if (circle && !circles.has(members)) circles.set(members, `${circle.join(' imports ')}: a circle.`);
    }
    return [...circles.values()];
  },

  [`no function of shared/ is longer than ${MOST_LINES_OF_A_FUNCTION} lines`]: (house) =>
    house
      .filter(isCodeOfShared)
      .flatMap(({ path, functions }) =>
        functions
          .filter(({ length }) => length > MOST_LINES_OF_A_FUNCTION)
          .map(({ line, name, length }) => `${path}:${line}: ${name} has ${length} lines: split it.`),
      ),

  [`no file of shared/ is longer than ${MOST_LINES} lines`]: (house) =>
    house
      .filter((file) => isShared(file) && !file.path.endsWith('.css'))
      .map(({ path, text }) => ({ path, length: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }))
      .filter(({ length }) => length > MOST_LINES)
      .map(({ path, length }) => `${path} has ${length} lines: split it by its jobs.`),

  'each source file of shared/ begins with a comment that says its job': (house) =>
    house
      .filter((file) => isShared(file) && isSource(file.path) && !/^\/\*\*\s+(\* )?\S+ \S/.test(file.text))
      .map(({ path }) => `${path} must begin with a comment that says its job.`),

  // '01' or lessons/01. An example in a comment is no literal, and a text of more than one line is a help text.
  'no code of shared/ names a lesson or an exercise': (house) =>
    house.filter(isCodeOfShared).flatMap(({ path, literals }) =>
      literals
        .filter(({ text }) => /^(['"`])0\d\1$|\b(lesson|exercise|solution)s?[/ ]\d/i.test(text))
        .filter(({ text }) => !text.includes('\n'))
        .map(({ line, text }) => `${path}:${line} names one lesson or exercise: ${text}`),
    ),
};

/** Faults, each in a house of its own, and what the rule with this number says of it. */
const FAULTS: [rule: number, house: Record<string, string>, sentence: string][] = [
  [0, { 'shared/course/a.ts': "export * from '../lesson/b.ts';" }, 'a.ts:1 imports shared/lesson/b.ts'],
  [0, { 'shared/check/a.ts': "let b: import('#shared/tools/b.ts').B;" }, 'a.ts:1 imports shared/tools/b'],
  [0, { 'shared/tools/a.ts': "\nawait import('#shared/workshop/b.ts');" }, 'a.ts:2 imports shared/worksh'],
  [0, { 'shared/lesson/a.js': "/** @type {import('#shared/check/b.ts').B} */\nlet b;" }, 'a.js:1 imports'],
  [0, { 'shared/lesson/a.test.ts': "import '#shared/workshop/b.ts';" }, 'a.test.ts:1 imports shared/works'],
  [0, { 'shared/testing/a.ts': "import '#lessons/02/protocol.ts';" }, 'a.ts:1 imports lessons/02/protocol'],
  [0, { 'shared/a.ts': '' }, 'shared/a.ts is in no room'],
  [0, { 'lessons/03/server.ts': "import '../02/protocol.ts';" }, 'server.ts:1 imports lessons/02/protocol'],
  [0, { 'lessons/03/client.ts': "import 'fast-check';" }, 'client.ts:1 imports fast-check'],
  [
    0,
    {
      'lessons/03/client.ts': "import 'a';\nimport 'b';",
      'lessons/03/traits.ts': "export const traits = {\n  library: 'a',\n};",
      'lessons/04/client.ts': "import 'b';",
      'lessons/04/traits.ts': "export const traits = {\n  library: 'b',\n};",
    },
    'client.ts:2 imports b: it may import from lessons/03/, shared/lesson/, ws, node:*, a only.',
  ],
  [0, { 'lessons/03/traits.ts': "import 'vitest';" }, 'traits.ts:1 imports vitest'],
  [0, { 'lessons/03/lesson.test.ts': "import '#lessons/02/protocol.ts';" }, 'lesson.test.ts:1 imports less'],
  [0, { 'exercises/03/exercise.test.ts': "import 'vitest';" }, 'exercise.test.ts:1 imports vitest'],
  [0, { 'solutions/03/server.ts': "import '#lessons/04/server.ts';" }, 'server.ts:1 imports lessons/04/se'],
  [
    1,
    { 'shared/check/a.ts': "import './b.ts';", 'shared/check/b.ts': "import type { A } from './a.ts';" },
    'shared/check/a.ts imports shared/check/b.ts imports shared/check/a.ts: a circle.',
  ],
  [1, { 'shared/check/a.ts': "import './a.ts';" }, 'shared/check/a.ts imports shared/check/a.ts: a circle.'],
  [2, { 'shared/check/a.ts': `function f() {${'\n'.repeat(80)}}` }, 'shared/check/a.ts:1: f has 81 lines'],
  [2, { 'shared/check/a.ts': `\nconst g = () => [${'\n'.repeat(80)}]` }, 'a.ts:2: g has 81 lines'],
  [3, { 'shared/lesson/a.html': '\n'.repeat(301) }, 'shared/lesson/a.html has 301 lines'],
  [3, { 'shared/check/a.test.ts': '\n'.repeat(301) }, 'shared/check/a.test.ts has 301 lines'],
  [4, { 'shared/check/a.js': 'export {};\n/** Does a thing. */' }, 'shared/check/a.js must begin'],
  [5, { 'shared/check/a.ts': "const a = ['01'];" }, "a.ts:1 names one lesson or exercise: '01'"],
  [5, { 'shared/check/a.ts': 'f(`exercises/03/`)' }, 'a.ts:1 names one lesson or exercise: `exercises/03/`'],
  [5, { 'shared/check/a.ts': '/Lesson 01/.test(text)' }, 'a.ts:1 names one lesson or exercise: /Lesson 01/'],
];

describe('the house', () => {
  const house = readHouse();

  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(house)).toEqual([]);
  });

  test.each(FAULTS)('rule %i finds what it forbids: $2', (rule, files, sentence) => {
    const faulty = Object.entries(files).map(([path, text]) => read(path, text));
    expect(Object.values(RULES)[rule]?.(faulty)).toEqual([expect.stringContaining(sentence)]);
  });
});

/** All of shared/, and what the course's makers wrote in the other folders: a learner's answer may be anything. */
function readHouse(): File[] {
  return ['shared', 'lessons', 'exercises', 'solutions'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .map((path) => posix.join(top, path.replaceAll('\\', '/')))
      .filter((path) => (top === 'shared' ? /\.(ts|js|css|html)$/ : /\/\d+\/.*\.ts$/).test(path))
      .filter((path) => top !== 'exercises' || path.endsWith('/exercise.test.ts'))
      .filter((path) => !/^lessons\/\d+\/try\//.test(path))
      .map((path) => read(path, readFileSync(join(ROOT, path), 'utf8'))),
  );
}

function read(path: string, text: string): File {
  const file: File = { path, text, imports: [], functions: [], literals: [] };
  if (!isSource(path)) return file;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;

  function visit(node: ts.Node): void {
    const line = lineAt(node.getStart(source));
    if (isImported(node)) file.imports.push({ line, target: targetOf(node.text, path) });
    else if (isLiteral(node)) file.literals.push({ line, text: node.getText(source) });
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const name = (
        node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined)
      )?.getText(source);
      file.functions.push({ line, name: name ?? 'a function', length: lineAt(node.getEnd()) - line + 1 });
    }
    // Not forEachChild: it leaves out the types in comments, which plain JavaScript imports there.
    for (const child of node.getChildren(source)) visit(child);
  }
  visit(source);
  return file;
}

function isImported(node: ts.Node): node is ts.StringLiteralLike {
  if (!ts.isStringLiteralLike(node)) return false;
  const { parent } = node;
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}

function isLiteral(node: ts.Node): boolean {
  return ts.isLiteralExpression(node) || ts.isTemplateExpression(node);
}

/** What an import means: a file of the course, named from the root, or a package. */
function targetOf(specifier: string, path: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return specifier.replace(/^#/, '');
}

/** @param pattern a folder, with a slash at its end, or a name; `*` stands for any */
function isMeant(target: string, pattern: string): boolean {
  if (pattern === 'a package') return !/^(shared|lessons|exercises|solutions)\//.test(target);
  if (pattern.endsWith('/')) return target.startsWith(pattern);
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^ ]+')}$`).test(target);
}

/** The shortest way from a file to itself, along its imports, or undefined where there is none. */
function wayBack(start: string, importsOf: (path: string) => string[]): string[] | undefined {
  const seen = new Set<string>();
  const ways = [[start]];
  for (const way of ways) {
    for (const target of importsOf(way.at(-1) ?? start)) {
      if (target === start) return [...way, start];
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return undefined;
}

function isShared({ path }: File): boolean {
  return path.startsWith('shared/');
}

function isCodeOfShared(file: File): boolean {
  return isShared(file) && !file.path.endsWith('.test.ts');
}

function isSource(path: string): boolean {
  return /\.(ts|js)$/.test(path);
}
