/** The tools of the wire view: one row of them, or one button that unfolds them where there is no room. */
import { make, makeButton } from './make.ts';

export type Tools = {
  /** The title, what there is to say, and the tools. */
  element: HTMLElement;
  /** Says something about the view itself. */
  say: (text: string) => void;
};

const ID = 'wire-tools';

/** @param parts what one can choose or press */
export function makeTools(parts: HTMLElement[]): Tools {
  const element = make('div', 'wire-top');
  const state = make('p', 'wire-state');
  state.setAttribute('role', 'status');
  const tools = make('div', 'wire-tools');
  tools.id = ID;
  tools.append(...parts);
  const fold = makeButton('Tools', () => {
    const isOpen = element.classList.toggle('unfolded');
    fold.setAttribute('aria-expanded', String(isOpen));
  });
  fold.className = 'wire-fold';
  fold.setAttribute('aria-expanded', 'false');
  fold.setAttribute('aria-controls', ID);
  element.append(make('h2', 'wire-title', 'On the wire'), state, fold, tools);
  return {
    element,
    say(text) {
      state.textContent = text;
    },
  };
}

/** Puts a text onto the clipboard, or shows it, selected. @param top the field comes after it */
export async function copyText(text: string, { element, say }: Tools): Promise<void> {
  element.parentElement?.querySelector('textarea')?.remove();
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    // Not every frame may write to the clipboard. A text that is selected can be copied by hand.
    const field = document.createElement('textarea');
    field.readOnly = true;
    field.value = text;
    field.setAttribute('aria-label', 'The conversation as text');
    element.after(field);
    field.select();
    field.addEventListener('blur', () => field.remove());
    say('Copy this text.');
  }
}
