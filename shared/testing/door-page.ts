/** Comes into a lesson's page that asks for a name and a password. */
import type { ClientPage } from './bench.ts';
import { PASSWORD } from './door.ts';

/** A stage may load its pages once more while somebody fills them in, or waits for the answer: then nothing comes of it. */
const TIMES = 10;
/** In ms: so long one waits for an answer before one looks again. On a slow machine that is one time more. */
const A_WHILE = 3_000;

/** Waits until the page is connected. Where it asks first, somebody of this name registers, or logs in. */
export async function enterPage(page: ClientPage, name: string): Promise<void> {
  const timeout = A_WHILE;
  const asks = page.locator('#login:not([hidden])');
  const isOpen = page.locator('html[data-connection="open"]');
  await page.locator('#login:not([hidden]), html[data-connection="open"]').first().waitFor();
  for (let time = 0; time < TIMES && (await isOpen.count()) === 0; time += 1) {
    if ((await asks.count()) > 0)
      await fillIn(page, name, time % 2 === 0 ? '#register' : '#login button.main');
    await page
      .locator('#refusal:not(:empty), html[data-connection="open"]')
      .first()
      .waitFor({ timeout })
      .catch(() => {});
  }
  await isOpen.waitFor();
}

/** Who has registered before is refused, and logs in the next time. What is gone meanwhile can't be filled in. */
async function fillIn(page: ClientPage, name: string, button: string): Promise<void> {
  const timeout = A_WHILE;
  try {
    await page.locator('#username').fill(name, { timeout });
    await page.locator('#password').fill(PASSWORD, { timeout });
    await page.locator(button).click({ timeout });
  } catch {
    // The page has been loaded once more, or it is in already: the next look tells.
  }
}
