/** Makes and fills elements of a page, with text and never with HTML. */
import { find } from '#shared/lesson/page/find.ts';

/** Writes a text into an element, which is hidden where there is none. */
export function setText(selector: string, text: string | undefined): void {
  const element = find(selector, HTMLElement);
  element.hidden = text === undefined;
  element.textContent = text ?? '';
}

/** Makes an element. */
export function make(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
