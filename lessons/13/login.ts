/** The form in front of the chat: who has no name here yet registers, and who has one logs in. */
import { find } from '#shared/lesson/page/page.ts';

export type Login = {
  /** Nobody is logged in: shows the form. `why` is a sentence, where there is one. */
  ask: (why?: string) => void;
  /** Somebody is: hides it. */
  hide: () => void;
};

/** @param onDone the browser has the cookie. No script can read it, and none needs to */
export function createLogin(onDone: () => void): Login {
  const form = find('#login', HTMLFormElement);
  const chat = find('#form', HTMLFormElement);
  const main = find('main', HTMLElement);
  const username = find('#username', HTMLInputElement);
  const password = find('#password', HTMLInputElement);
  const refusal = find('#refusal', HTMLElement);
  const buttons = form.querySelectorAll('button');

  async function send(path: string): Promise<void> {
    for (const button of buttons) button.disabled = true;
    refusal.textContent = '';
    const why = await post(path, { username: username.value, password: password.value });
    for (const button of buttons) button.disabled = false;
    if (why === undefined) {
      password.value = ''; // Nobody needs it any more, and least of all who finds this page open.
      onDone();
    } else {
      // A screen reader reads it out (role="alert").
      refusal.textContent = why;
      password.focus();
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { submitter } = event;
    send(submitter?.id === 'register' ? '/register' : '/login');
  });

  return {
    ask(why = '') {
      form.hidden = false;
      chat.hidden = true;
      main.dataset.asks = ''; // Nothing else is of use now.
      refusal.textContent = why;
    },
    hide() {
      form.hidden = true;
      chat.hidden = false;
      delete main.dataset.asks;
    },
  };
}

/** Gives undefined where all went well, or why not. */
async function post(path: string, form: object): Promise<string | undefined> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(form),
    });
    return answer.ok ? undefined : await answer.text();
  } catch {
    return 'The server does not answer.';
  }
}
