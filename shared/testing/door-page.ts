/** Comes into a lesson's page that asks for a name and a password. */
import type { ClientPage } from './bench.ts';
import { PASSWORD } from './door.ts';

/** A stage may load its pages once more while one fills them in. */
const TIMES = 4;

/** Waits until the page is connected. Where it asks first, somebody of this name registers, or logs in. */
export async function enterPage(page: ClientPage, name: string): Promise<void> {
  const open = page.locator('html[data-connection="open"]');
  const asks = page.locator('#login:not([hidden])');
  await page.locator('#login:not([hidden]), html[data-connection="open"]').first().waitFor();
  for (let time = 0; time < TIMES && (await asks.count()) > 0; time += 1) {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(PASSWORD);
    // Who has registered before logs in. To press a button that is gone is no harm.
    const button = page.locator(time % 2 === 0 ? '#register' : '#login button.main');
    await button.click({ timeout: 5_000 }).catch(() => {});
    await page.locator('#refusal:not(:empty), html[data-connection="open"]').first().waitFor();
  }
  await open.waitFor();
}
