/** Makes elements of a page, with text and never with HTML. */

/** Makes an element. The text may be a stranger's: it is text, and never HTML. */
export function make(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}

export function makeButton(text: string, press: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

/** @param name what it chooses, for those who listen */
export function makeSelect(name: string, values: string[]): HTMLSelectElement {
  const select = document.createElement('select');
  select.setAttribute('aria-label', name);
  select.append(...values.map((value) => new Option(value)));
  return select;
}
