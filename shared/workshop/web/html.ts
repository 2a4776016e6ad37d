/** Makes HTML from templates in which every text is escaped, so that no page forgets it. */

/** A text that is HTML already. */
export type Html = { readonly html: string };

type Part = Html | Html[] | string | number | undefined | false;

/** Escapes what HTML would read as markup, in text and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Marks a text as HTML. Only for what this program has made itself. */
export function raw(html: string): Html {
  return { html };
}

/** html`<p>${text}</p>`: texts are escaped, HTML and lists of HTML stay as they are, undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return raw(strings.reduce((all, text, n) => all + show(parts[n - 1]) + text));
}

function show(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return Array.isArray(part) ? part.map((one) => one.html).join('') : part.html;
}
