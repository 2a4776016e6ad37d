/** Turns the course's texts and source files into HTML for the workshop: highlighted, with links that stay inside. */
import { posix } from 'node:path';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import diff from 'highlight.js/lib/languages/diff';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import { Lexer, Marked } from 'marked';
import { escapeHtml } from './html.ts';
import type { TextPart } from './messages.ts';
import { drawSequence } from './sequence.ts';

hljs.registerLanguage('ts', typescript);
hljs.registerLanguage('js', typescript);
hljs.registerLanguage('json', json);
hljs.registerLanguage('diff', diff);
hljs.registerLanguage('sh', bash);
hljs.registerLanguage('html', xml);

export type Text = {
  /** What the text's first heading says: 'Lesson 03: Broadcast' */
  title: string;
  /** All that follows the first heading. */
  html: string;
  /** The headings of the second level, for a table of contents. */
  sections: { id: string; title: string }[];
};

/** What GitHub leaves out of an anchor. */
const GITHUB_ANCHOR = /[^\p{L}\p{N}\s_-]/gu;

/**
 * Renders a Markdown text of the course.
 *
 * @param path where the text stands, from the root of the course, with slashes: 'lessons/03/README.md'
 */
export function renderText(markdown: string, path: string): Text {
  const folder = posix.dirname(path);
  let title = '';
  const sections: Text['sections'] = [];
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        const inner = this.parser.parseInline(tokens);
        if (depth === 1 && title === '') {
          title = text;
          return '';
        }
        const id = slug(text);
        if (depth === 2) sections.push({ id, title: text.replaceAll('`', '') });
        return `<h${depth} id="${id}">${inner} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${depth}>\n`;
      },
      code({ text, lang = '' }) {
        const [language = '', ...words] = lang.split(/\s+/);
        if (language === 'mermaid') {
          const drawing = drawSequence(text);
          if (drawing !== undefined) {
            return `<figure class="diagram" tabindex="0" role="group" aria-label="Diagram">${drawing}</figure>\n`;
          }
        }
        const file = language === 'ts' || language === 'diff' ? words[0] : undefined;
        const target = file === undefined ? undefined : placeOf(fileIn(folder, file));
        const caption =
          file === undefined ? '' : `<figcaption><a href="${target}">${escapeHtml(file)}</a></figcaption>`;
        const kind = language === 'sh' || language === 'console' ? ' terminal' : '';
        const runsHere = text.trim() === `npx tsx ${folder}/server.ts`;
        const note = runsHere
          ? '<figcaption><a href="#try">It runs here already, beside this text.</a></figcaption>'
          : '';
        return `<figure class="code${kind}" data-language="${escapeHtml(language)}">${caption}<pre tabindex="0"><code>${highlight(text, language)}</code></pre>${note}</figure>\n`;
      },
      table(token) {
        const row = (cells: typeof token.header, name: 'th' | 'td') =>
          `<tr>${cells
            .map((cell) => {
              const scope = name === 'th' && cell.text !== '' ? ' scope="col"' : '';
              const tag = name === 'th' && cell.text === '' ? 'td' : name;
              return `<${tag}${scope}>${this.parser.parseInline(cell.tokens)}</${tag}>`;
            })
            .join('')}</tr>`;
        const body = token.rows.map((cells) => row(cells, 'td')).join('');
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
      },
      codespan({ text }) {
        // A long JSON text may break after its commas.
        return `<code>${escapeHtml(text).replaceAll(',&#34;', ',<wbr>&#34;')}</code>`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        if (/^https?:/.test(href)) {
          return `<a href="${escapeHtml(href)}" target="_blank" rel="noreferrer">${inner}</a>`;
        }
        return `<a href="${escapeHtml(linkFrom(folder, href))}">${inner}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(`/${posix.join(folder, href)}`)}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
    },
  });
  const html = marked.parse(markdown.replaceAll('\r\n', '\n'), { async: false });
  return { title, html, sections };
}

/** Renders a line of Markdown, such as a hint: no block around it. */
export function renderLine(markdown: string): string {
  return new Marked({ gfm: true }).parseInline(markdown, { async: false });
}

/** Cuts a line of Markdown, such as a hint, into parts that a page puts together without HTML. */
export function partsOf(markdown: string, path: string): TextPart[] {
  return Lexer.lexInline(markdown).map((token) => {
    if (token.type === 'codespan') return { text: String(token.text), isCode: true };
    if (token.type === 'link') {
      return { text: String(token.text), href: linkFrom(posix.dirname(path), String(token.href)) };
    }
    return { text: 'text' in token ? String(token.text) : token.raw };
  });
}

/**
 * Renders a source file: a row for each line, with its number as an anchor (#L12).
 *
 * @param path its name, whose ending says which language it is in
 */
export function renderSource(source: string, path: string): string {
  const language = /\.(ts|js)$/.test(path) ? 'ts' : /\.html$/.test(path) ? 'html' : '';
  const lines = splitLines(highlight(source.replaceAll('\r\n', '\n').replace(/\n$/, ''), language));
  return lines
    .map(
      (line, n) =>
        `<span class="row-of-code" id="L${n + 1}"><a href="#L${n + 1}" tabindex="-1" aria-hidden="true">${n + 1}</a><span>${line}\n</span></span>`,
    )
    .join('');
}

/** Cuts highlighted code into lines. An element that goes over several lines is closed and opened again. */
export function splitLines(code: string): string[] {
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
  if (language === 'json' || !hljs.getLanguage(language)) {
    if (language !== 'json') return escapeHtml(code);
  }
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

/** The page of the workshop at which a file of the course is read. */
export function placeOf(file: string): string {
  const readme = /^(lessons|exercises)\/(\d\d)(?:\/README\.md)?$/.exec(file);
  if (readme) return `/${readme[1]}/${readme[2]}`;
  const hints = /^exercises\/(\d\d)\/hints\.md$/.exec(file);
  if (hints) return `/exercises/${hints[1]}#check`;
  if (file === 'README.md' || file === '.') return '/';
  return `/${file}`;
}

function linkFrom(folder: string, href: string): string {
  if (href.startsWith('#')) return href;
  const [path = '', anchor] = href.split('#');
  const place = placeOf(posix.join(folder, path).replace(/\/$/, ''));
  return anchor === undefined ? place : `${place}#${anchor}`;
}

/** The file that a block of code names: from the root if it begins with a top folder, else beside the text. */
function fileIn(folder: string, file: string): string {
  return /^(shared|lessons)\//.test(file) ? file : posix.join(folder, file);
}

function slug(heading: string): string {
  return heading.toLowerCase().replace(GITHUB_ANCHOR, '').replace(/\s/g, '-');
}
