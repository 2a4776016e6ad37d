/** Turns source files and blocks of code into HTML: highlighted, and with numbered lines. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import diff from 'highlight.js/lib/languages/diff';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import { escapeHtml } from './html.ts';

hljs.registerLanguage('ts', typescript);
hljs.registerLanguage('js', typescript);
hljs.registerLanguage('json', json);
hljs.registerLanguage('diff', diff);
hljs.registerLanguage('sh', bash);
hljs.registerLanguage('html', xml);

/**
 * Renders a source file: a row for each line, with its number as an anchor (#L12).
 *
 * @param path its name, whose ending says which language it is in
 */
export function renderSource(source: string, path: string): string {
  const language = /\.(ts|js)$/.test(path) ? 'ts' : /\.html$/.test(path) ? 'html' : '';
  const lines = highlightedLines(source, language);
  return lines
    .map(
      (line, n) =>
        `<span class="row-of-code" id="L${n + 1}"><a href="#L${n + 1}" tabindex="-1" aria-hidden="true">${n + 1}</a><span>${line}\n</span></span>`,
    )
    .join('');
}

/** Highlights a source file, and cuts it into its lines. Each is HTML that stands by itself. */
export function highlightedLines(source: string, language: string): string[] {
  return splitLines(highlight(source.replaceAll('\r\n', '\n').replace(/\n$/, ''), language));
}

/** Cuts highlighted code into lines. An element that goes over several lines is closed and opened again. */
function splitLines(code: string): string[] {
  let open: string[] = [];
  return code.split('\n').map((line) => {
    const before = open.join('');
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === '</span>') open = open.slice(0, -1);
      else open = [...open, tag];
    }
    return before + line + '</span>'.repeat(open.length);
  });
}

/** Highlights a piece of code. What is in no language that we know comes back escaped. */
export function highlight(code: string, language: string): string {
  if (language === 'console') {
    return code
      .split('\n')
      .map((line) =>
        line.startsWith('$ ')
          ? `<span class="prompt">$ </span><b>${escapeHtml(line.slice(2))}</b>`
          : escapeHtml(line),
      )
      .join('\n');
  }
  if (!hljs.getLanguage(language)) return escapeHtml(code);
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
