/** Comes into a lesson's page that asks for a name and a password. */
import type { ClientPage } from './bench.ts';
import { PASSWORD } from './door.ts';

/** Waits until the page is connected. Where it asks first, somebody of this name registers, or logs in. */
export async function enterPage(page: ClientPage, name: string): Promise<void> {
  const login = page.locator('#login:not([hidden])');
  const open = page.locator('html[data-connection="open"]');
  await page.locator('#login:not([hidden]), html[data-connection="open"]').first().waitFor();
  if ((await login.count()) > 0) {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#register').click();
    const refusal = page.locator('#refusal:not(:empty)');
    await page.locator('#refusal:not(:empty), html[data-connection="open"]').first().waitFor();
    // Somebody has this name already: it is we.
    if ((await refusal.count()) > 0) await page.locator('#password').press('Enter');
  }
  await open.waitFor();
}
