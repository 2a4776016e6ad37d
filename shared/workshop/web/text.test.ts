/** Texts as pages: nothing in them is HTML of its own. */
import { expect, test } from 'vitest';
import { partsOf, renderLine, renderText } from './text.ts';

const path = 'lessons/03/README.md';

test('raw HTML of a text does nothing: it is shown as it is', () => {
  for (const html of [
    '<meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<iframe src="http://localhost:1"></iframe>',
    '<details open><summary>nobody</summary></details>',
    '<!-- nobody --><meta name="x">',
  ]) {
    const { html: shown } = renderText(
      `# T\n\n${html}\n\nwords ${html}\n\n- ${html}\n\n| ${html} |\n| - |\n`,
      path,
    );
    expect(shown).not.toMatch(/<(meta|iframe|details|!)/);
    expect(shown).toContain('words &#60;');
    expect(renderLine(`words ${html}`, path)).not.toMatch(/<(meta|iframe|!)/);
  }
});

test('no name of a file and no address gets out of its attribute', () => {
  const { html } = renderText('```ts "><meta\nlet a;\n```\n\n[a](<"><meta>)\n\n![a](<"><meta>)\n', path);
  expect(html).not.toContain('<meta');
  expect(html).toContain('href="/lessons/03/&#34;&#62;&#60;meta"');
});

test('links stay inside, but for those to other sites', () => {
  const linked = (href: string) => /href="([^"]*)"/.exec(renderLine(`[a](${href})`, path))?.[1];
  expect(linked('../04/README.md#try')).toBe('/lessons/04#try');
  expect(linked('#here')).toBe('#here');
  expect(linked('../symptoms.md#oops')).toBe('/lessons/symptoms#oops');
  expect(linked('../README.md')).toBe('/lessons/README.md');
  expect(linked('https://evil.example/')).toBe('https://evil.example/');
  expect(linked('javascript:alert(1)')).toBe('/lessons/03/javascript:alert(1)');
  expect(linked('//evil.example/')).toBe('/lessons/03/evil.example');
  expect(partsOf('[a](https://evil.example/)', path)).toEqual([{ text: 'a', href: 'https://evil.example/' }]);
});
