/** A question that waits for yes or no. */
import { find } from '#shared/lesson/page/find.ts';

export function ask(text: string): Promise<boolean> {
  const question = find('#question', HTMLDialogElement);
  find('#question-text', HTMLElement).textContent = text;
  question.returnValue = '';
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener('close', () => resolve(question.returnValue === 'yes'), { once: true });
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>('#question button')) {
  button.addEventListener('click', () => find('#question', HTMLDialogElement).close(button.value));
}
