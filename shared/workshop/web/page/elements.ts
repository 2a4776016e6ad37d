/** Fills elements of a page, with text and never with HTML. */
import { find } from '#shared/lesson/page/find.ts';

/** Writes a text into an element, which is hidden where there is none. */
export function setText(selector: string, text: string | undefined): void {
  const element = find(selector, HTMLElement);
  element.hidden = text === undefined;
  element.textContent = text ?? '';
}
