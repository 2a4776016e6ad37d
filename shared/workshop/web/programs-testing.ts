/** A workshop whose lesson has programs of a test's own. They wait until the test lets them go on. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { beforeAll, beforeEach } from 'vitest';
import { openPage, useWorkshop } from '#shared/testing/workshop.ts';

const WRITTEN = (text: string) => `import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
const step = () => new Promise((resolve) => {
  const timer = setInterval(() => { if (existsSync(process.cwd() + '/go')) { clearInterval(timer); rmSync(process.cwd() + '/go'); resolve(undefined); } }, 10);
});
writeFileSync(process.cwd() + '/pid', String(process.pid));
await runExperiment({ title: 'Tried', seconds: 1 }, async (progress) => { ${text} });
`;

/**
 * Starts a workshop in which a lesson has these programs, each in an experiment of its own.
 *
 * @param folder the lesson, named from the root
 * @param programs by their names: what each one does, besides its import. `step` waits until the test lets it go on
 */
export function usePrograms(folder: string, programs: Record<string, string>) {
  const workshop = useWorkshop();
  beforeAll(() => {
    const readme = join(workshop.root, folder, 'README.md');
    const [title = ''] = /^# .*$/m.exec(readFileSync(readme, 'utf8')) ?? [];
    const sections = Object.keys(programs).map(
      (name) =>
        `### ${name}\n\n\`\`\`sh ${name}\nnpx tsx ${folder}/${name}.ts\n\`\`\`\n\n**Guess first.** And?\n\n- Yes.\n- No.\n\n<!-- right: 1 -->\n\nIt is so.\n`,
    );
    const odd = `\`\`\`sh odd\nnpx tsx ${folder}/measured.ts && touch ran\n\`\`\`\n`;
    writeFileSync(readme, `${title}\n\n## Break it\n\n${sections.join('\n')}\n## More\n\n${odd}`);
    for (const [name, text] of Object.entries(programs))
      writeFileSync(join(workshop.root, folder, `${name}.ts`), WRITTEN(text));
  });

  beforeEach(() => {
    for (const name of ['go', 'pid']) rmSync(join(workshop.root, name), { force: true });
  });

  return {
    workshop,
    /** Opens the lesson, for one test. No program runs yet, and none goes on before goOn. */
    async open(options: BrowserContextOptions = {}): Promise<Page> {
      const page = await openPage(`${workshop.url}/${folder}`, options);
      await page.locator('body[data-link="open"]').waitFor();
      return page;
    },
    /** Lets the program of this test go on, to its next `step`. */
    goOn(): void {
      writeFileSync(join(workshop.root, 'go'), '');
    },
    /** Whether the process of the last program lives. */
    isRunning(): boolean {
      try {
        return process.kill(Number(readFileSync(join(workshop.root, 'pid'), 'utf8')), 0);
      } catch {
        return false;
      }
    },
  };
}

/** The experiment of a program: what stands there, its buttons and its state. */
export function program(page: Page, name: string) {
  const section = page.locator(`[data-experiment$="/${name}"]`);
  return {
    section,
    press: (selector: string) => section.locator(selector).click(),
    state: () => section.getAttribute('data-state'),
  };
}

/** The texts of the picture that are not wholly in it. */
export function outside(section: Locator): Promise<string[]> {
  return section.locator('.picture svg').evaluate((svg) => {
    const { left, right, top, bottom } = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')]
      .filter((text) => {
        const box = text.getBoundingClientRect();
        return box.left < left || box.right > right || box.top < top || box.bottom > bottom;
      })
      .map(({ textContent }) => textContent ?? '');
  });
}
