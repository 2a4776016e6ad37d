/** Experiments as pages: what is run where it stands, what is folded, and what is left out. */
import { expect, test } from 'vitest';
import { renderText } from './text.ts';

const shown = (markdown: string) => renderText(`# T\n\n${markdown}\n`, 'lessons/07/README.md').html;

const EXPERIMENT = `### 1. Try \`it\`

Do this.

\`\`\`js first right
console.log('<b>');
\`\`\`

\`\`\`diff server.ts second
-a
+b
\`\`\`

\`\`\`bytes third
81 00
\`\`\`

\`\`\`sh fourth
npx tsx lessons/07/program.ts
\`\`\`

\`\`\`sh
npx tsx lessons/07/server.ts
\`\`\`

\`\`\`text
81 01
\`\`\`

**Guess first.** Which
of *them*?

- The \`first\`,
  on two lines.
- The second.

<!-- right: 2 -->

It is the second.

\`\`\`console out
$ npx tsx
\`\`\``;

test('an experiment has its name, its blocks with buttons, its guess, and the folded rest', () => {
  const html = shown(`${EXPERIMENT}\n\n## After\n\nNot folded.`);
  expect(html).toContain('data-experiment="07/first" data-state="waiting" data-right="2"');
  expect(html.match(/data-block="\w+"/g)).toEqual([
    'data-block="first"',
    'data-block="second"',
    'data-block="third"',
    'data-block="fourth"',
  ]);
  expect(html.match(/data-do="[\w-]+"/g)).toEqual(
    ['run', 'apply', 'undo', 'send', 'program', 'end-program', 'guess', 'guess', 'show'].map(
      (what) => `data-do="${what}"`,
    ),
  );
  expect(html.match(/data-printed="\w+"/g)).toEqual(['data-printed="first"']);
  expect(html).toContain('Run in the right client');
  expect(html).toContain('Which of <em>them</em>?');
  expect(html).toContain('<code>first</code>, on two lines.</button>');
  expect(html).toContain('<h3 id="1-try-it">');
  const [, rest = '', after = ''] = html.split(/<div class="rest"[^>]* hidden>|<\/section>/);
  expect(rest).toContain('It is the second.');
  expect(rest).toContain('class="prompt"');
  expect(after).toContain('Not folded.');
  expect(html).not.toContain('right:');
});

test('no name and no text of an experiment gets out of its place', () => {
  const html = shown(EXPERIMENT.replace('js first right', 'js "><meta "><i').replace('second.', '<meta>'));
  expect(html).toContain('data-block="&#34;&#62;&#60;meta"');
  expect(html).not.toMatch(/<(meta|i)>|'<b>/);
});

test('a section that is no whole experiment is text: nothing is folded, and nothing runs', () => {
  const broken = shown(EXPERIMENT.replace('<!-- right: 2 -->', '<!-- right: 3 -->'));
  for (const html of [broken, shown(EXPERIMENT.replace('**Guess first.**', 'Guess.'))]) {
    expect(html).not.toMatch(/data-do|data-block|hidden/);
    expect(html).toContain('It is the second.');
  }
});

test('where one looks something up nothing is guessed and nothing is folded: all its blocks run', () => {
  const section =
    '### Oops\n\n```text a\nOops\n```\n\n**See it.** So:\n\n```js a\nb()\n```\n\n```sh c\nnpx tsx lessons/07/c.ts\n```';
  const html = shown(`${section}\n\n## After\n\nNot in it.`);
  expect(html).toContain('<section class="experiment entry" data-experiment="07/a" data-state="waiting"');
  expect(html.match(/data-do="[\w-]+"/g)).toEqual(
    ['run', 'program', 'end-program'].map((what) => `data-do="${what}"`),
  );
  expect(html).not.toMatch(/data-guess|class="rest"/);
  expect(html.split('</section>')[1]).toContain('Not in it.');
  const without = shown('### Oops\n\n**See it.** There is no block.');
  expect(without).not.toContain('experiment');
});

test('what holds in a terminal only is left out, with the block that it announces', () => {
  const html = shown(
    '*In a terminal:* press Ctrl-C.\n\nOne.\n\n*In a terminal:* it prints:\n\n```console x\nTwo.\n```\n\nThree.\n\n*In the workshop:* press Stop.',
  );
  expect(html).not.toMatch(/Ctrl-C|it prints|Two/);
  expect(html).toMatch(/One[\s\S]*Three[\s\S]*press Stop/);
});

test('details fold, and end with their section; no other tag is one', () => {
  const html = shown(
    '<details>\n<summary>More <& less</summary>\n\nNo.\n\n</details>\n\n<details>\n<summary>More & less</summary>\n\n**Bold**\n\n</details>\n\n</details>\n\n<details open><summary>x</summary>\n\n<details><summary>Open</summary>\n\nText.\n\n## Next',
  );
  expect(html).toContain('<summary>More &#38; less</summary>\n<p><strong>Bold</strong></p>\n</details>');
  expect(html).toContain('<p>Text.</p>\n</details>\n<h2');
  expect(html.match(/<details/g)).toHaveLength(2);
  expect(html.match(/<\/details>/g)).toHaveLength(2);
  expect(html).toContain('&#60;details open&#62;');
});

test('a comment is nothing', () => {
  expect(shown('<!-- one -->\n\nwords <!-- two -->')).toBe('<p>words </p>\n');
});
