/** Finds the parts of a page. */

/**
 * Gives the element that a page must have.
 *
 * @param selector a CSS selector: '#field'
 * @param type what it must be: HTMLInputElement
 * @throws where the page has no such element: then client.html and client.ts do not fit together
 */
export function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} at ${selector}.`);
  return element;
}
