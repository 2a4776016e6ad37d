/** A button on each block of code that copies it. */
import { makeButton } from '#shared/lesson/page/make.ts';

/** Milliseconds for which the button says what it did. */
const SAID = 2000;

export function addCopyButtons(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) {
    const code = figure.querySelector('pre > code');
    if (!code) continue;
    const button = makeButton('Copy', () => copy(code, button));
    button.className = 'copy quiet';
    // In an experiment it stands with the other buttons.
    (figure.querySelector('.tools') ?? figure).append(button);
  }
}

async function copy(code: Element, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(textOf(code));
    button.textContent = 'Copied';
  } catch {
    // Not every browser lets a page write there. What is selected, a person can copy.
    getSelection()?.selectAllChildren(code);
    button.textContent = 'Selected';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SAID);
}

/** The code, without the prompt of a terminal. */
function textOf(code: Element): string {
  const copied = document.createElement('code');
  copied.append(...[...code.childNodes].map((node) => node.cloneNode(true)));
  for (const prompt of copied.querySelectorAll('.prompt')) prompt.remove();
  return copied.textContent ?? '';
}
