/** The clients of a lesson's stage, for tests: what stands in their pages, and what one says there. */
import type { FrameLocator, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { openTab } from './browser-testing.ts';

/** The page of a client: its name is left, right or third. */
export function clientOn(stage: Page | FrameLocator, name: string): FrameLocator {
  return stage.frameLocator(`iframe[name="${name}"]`);
}

/** Waits until a client shows that its connection is in this state, in view or not. */
export async function showsConnection(
  stage: Page | FrameLocator,
  name: string,
  state: 'Open' | 'Closed',
): Promise<void> {
  const word = clientOn(stage, name).locator('#connection').getByText(state, { exact: true });
  await word.waitFor({ state: 'attached' });
}

/** Writes a message in a client's page, and sends it. */
export async function sayOn(stage: Page | FrameLocator, name: string, text: string): Promise<void> {
  await clientOn(stage, name).locator('#field').fill(text);
  await clientOn(stage, name).locator('#field').press('Enter');
}

/** Opens a stage for one test, at a size in pixels. */
export async function openStage(url: string, width = 1280, height = 720): Promise<Page> {
  const { page, close } = await openTab({ viewport: { width, height } });
  onTestFinished(close);
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}
