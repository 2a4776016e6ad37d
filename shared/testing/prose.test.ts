/** Prose that cannot lie: what a text of the course quotes, names or links to is really there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { type Block, editsOf, isGap, nameOf, programOf, readBlocks } from '#shared/course/blocks.ts';
import { ROOT } from '#shared/course/root.ts';
import { folderOf } from '#shared/course/text-place.ts';
import { TITLE_LINE } from './transcript.ts';

const HEADINGS = [
  'Play',
  'The idea',
  'How it works',
  'On the wire',
  'Break it',
  'Two minutes',
  'What this does not do yet',
  'Recap',
  'Your turn',
  'More',
];

const TEXTS = [
  ...readdirSync(ROOT),
  ...['lessons', 'exercises', 'solutions', 'shared'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
]
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.md'));

const LESSONS = readdirSync(join(ROOT, 'lessons')).filter((name) => /^\d\d$/.test(name));

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

for (const path of TEXTS) {
  describe(path, () => {
    const text = read(path);
    const blocks = readBlocks(text);
    const prose = withoutBlocks(text);

    test('quotes TypeScript that is in the file it names', () => {
      for (const block of blocks.filter(({ info }) => info[0] === 'ts')) {
        const [, file] = block.info;
        expect(file, `${path}:${block.at}: a TypeScript block must name its file`).toBeDefined();
        const source = read(sourcePath(path, file ?? ''));
        expect(isQuote(block.lines, source.split('\n')), `${path}:${block.at} is not in ${file}`).toBe(true);
      }
    });

    test('shows changes that fit the file they name', () => {
      for (const block of blocks.filter(({ info }) => info[0] === 'diff')) {
        for (const { file, find } of editsOf(block)) {
          const times = read(sourcePath(path, file)).split(find).length - 1;
          expect(times, `${path}:${block.at}: how often it is in ${file}`).toBe(1);
        }
      }
    });

    test('has JavaScript that parses', async () => {
      for (const block of blocks.filter(({ info }) => info[0] === 'js')) {
        await transform(block.lines.join('\n'), { loader: 'js', format: 'esm' });
      }
    });

    test('has each transcript and each named experiment tried by the test beside it', () => {
      const tested = [...new Set([dirname(path), folderOf(path)])]
        .flatMap((folder) => readdirSync(join(ROOT, folder)).map((file) => join(folder, file)))
        .filter((file) => file.endsWith('.test.ts'))
        .map(read)
        .join('\n');
      for (const { info, lines, at } of blocks) {
        const [language = '', ...words] = info;
        if (!['console', 'diff', 'js', 'sh', 'text'].includes(language)) continue;
        if (language === 'console') expect(lines[0], `${path}:${at}`).toMatch(/^\$ /);
        const name = words[language === 'diff' ? 1 : 0];
        if (name === undefined) {
          const shown = language === 'console' ? lines.filter((line) => !line.startsWith('$ ')) : [];
          expect(shown, `${path}:${at}: a transcript must have a name`).toEqual([]);
        } else {
          expect(tested.includes(`'${name}'`), `${path}:${at}: no test beside it names '${name}'`).toBe(true);
        }
      }
    });

    test('names commands that exist', () => {
      const wrong = commandsIn(text).filter((command) => !isCommand(command));
      expect(wrong).toEqual([]);
    });

    test('lets programs of its own folder run, and no other command', () => {
      for (const block of blocks.filter(({ info }) => info[0] === 'sh')) {
        if (nameOf(block) === undefined) continue;
        const folder = folderOf(path);
        expect(
          programOf(block, folder),
          `${path}:${block.at} must be exactly: npx tsx ${folder}/FILE.ts`,
        ).toBeDefined();
      }
    });

    test('links to what exists', () => {
      const wrong = [...prose.matchAll(/\]\(\s*([^)\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !isLink(path, target));
      expect(wrong).toEqual([]);
    });

    test('has no emoji', () => {
      expect(text.match(/\p{Emoji_Presentation}/gu)).toBeNull();
    });
  });
}

describe.each(LESSONS)('lesson %s', (lesson) => {
  const path = `lessons/${lesson}/README.md`;

  test('has the headings of every lesson, in their order', () => {
    const text = withoutBlocks(read(path));
    expect(text).toMatch(new RegExp(`^# Lesson ${lesson}: \\S`));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
  });

  test('has a server that is short enough to be read at once', () => {
    expect(read(`lessons/${lesson}/server.ts`).split('\n').length).toBeLessThanOrEqual(100);
  });

  test('says in three points what it was about', () => {
    const recap = /^## Recap$([\s\S]*?)^## /m.exec(read(path))?.[1] ?? '';
    expect(recap.match(/^- /gm)).toHaveLength(3);
  });

  test('stands in the table of lessons, under its title', () => {
    const title = /^# Lesson \d\d: (.+)$/m.exec(read(path))?.[1];
    expect(read('lessons/README.md')).toContain(`| ${lesson} | [${title}](${lesson}/README.md) |`);
  });

  test('shows the title line as the server prints it', async () => {
    const printed = await firstLine(`lessons/${lesson}/server.ts`);
    expect(printed).toMatch(TITLE_LINE);
    const title = withoutPort(printed);
    const heading = /^# (.+)$/m.exec(read(path))?.[1] ?? '';
    expect(title.replace(' ·', ':')).toBe(`${heading}: http://localhost`);
    for (const { lines, info } of readBlocks(read(path))) {
      if (info[0] !== 'console') continue;
      for (const line of lines.filter((line) => TITLE_LINE.test(line))) {
        expect(withoutPort(line)).toBe(title);
      }
    }
  });
});

describe('the table of lessons', () => {
  test('links to every lesson that is there, and to no other', () => {
    const linked = [...read('lessons/README.md').matchAll(/\]\((\d\d)\/README\.md\)/g)].map(([, n]) => n);
    expect(linked).toEqual(LESSONS);
  });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
}

/** A file that a block names: from the root if it begins with a top folder, else from the text's own folder. */
function sourcePath(text: string, file: string): string {
  return /^(shared|lessons)\//.test(file) ? file : join(dirname(text), file);
}

function withoutBlocks(text: string): string {
  return text.replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, '');
}

/** Whether the lines are in the source: each part between gaps is contiguous, and the parts are in order. */
function isQuote(lines: Block['lines'], source: string[]): boolean {
  const parts = [[]] as string[][];
  for (const line of lines) {
    if (isGap(line)) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  const wanted = parts.map(trimEmptyLines).filter((part) => part.length > 0);
  return wanted.length > 0 && [0, 2, 4, 6, 8].some((indent) => isQuoteAt(indent, wanted, source));
}

function isQuoteAt(indent: number, parts: string[][], source: string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const wanted = part.map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
    const place = source.findIndex((_, n) => n >= from && wanted.every((line, k) => source[n + k] === line));
    if (place < 0) return false;
    from = place + part.length;
  }
  return true;
}

function trimEmptyLines(lines: string[]): string[] {
  const isText = (line: string) => line.trim() !== '';
  const first = lines.findIndex(isText);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}

/** All npm and npx commands of a text: in its blocks, and between single backticks. */
function commandsIn(text: string): string[] {
  const inProse = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const inBlocks = readBlocks(text)
    .filter(({ info }) => ['console', 'sh', 'bash', ''].includes(info[0] ?? ''))
    .flatMap(({ lines }) => lines.map((line) => line.replace(/^\$ /, '')));
  return [...inProse, ...inBlocks]
    .flatMap((code) => code.split(/&&|;/))
    .map((code) => code.trim().replace(/^(\w+=\S+ )+/, ''))
    .filter((code) => /^(npm|npx) /.test(code));
}

function isCommand(command: string): boolean {
  const [program, verb = '', ...rest] = command.split(/\s+/);
  const files = rest.filter((word) => word.includes('/') && !/NN|…|[A-Z]{3}/.test(word));
  // vitest takes the beginning of a test file's path. A learner's copy has the names of the lesson's files.
  const isThere = (file: string) =>
    existsSync(join(ROOT, file.replace('/try/', '/'))) ||
    (verb === 'vitest' && existsSync(join(ROOT, `${file}.test.ts`)));
  if (!files.every(isThere)) return false;
  if (program === 'npx') return existsSync(join(ROOT, 'node_modules/.bin', verb));
  if (verb === 'run') return Object.hasOwn(scripts, rest[0] ?? '');
  return ['ci', 'install'].includes(verb) || Object.hasOwn(scripts, verb);
}

function isLink(from: string, target: string): boolean {
  if (/^https:\/\//.test(target) || /^http:\/\/localhost/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchors(read(file)).includes(anchor);
}

/** The anchors that GitHub gives the headings of a text. */
function anchors(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** The first line that a server prints when a person starts it: without an IPC channel. */
async function firstLine(file: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    for await (const line of createInterface({ input: child.stdout })) return line;
    throw new Error(`${file} printed nothing.`);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

function withoutPort(line: string): string {
  return line.replace(/:\d+$/, '');
}
