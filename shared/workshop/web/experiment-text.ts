/** The parts of a text that Markdown alone does not know: experiments, what folds away, and what holds in one place only. */
import { posix } from 'node:path';
import type { Marked, Token } from 'marked';
import { nameOf } from '#shared/course/blocks.ts';
import { type Experiment, type Guess, readExperiments } from '#shared/course/experiments.ts';
import { renderRunnable } from './code-text.ts';
import { escapeHtml, type Html, html, raw } from './html.ts';

/** A comment, and nothing but a comment. */
export const COMMENT = /^<!--(?:(?!-->)[\s\S])*-->\s*$/;

/** The only tags that a text may have: they fold a part of it away. On GitHub they do the same. */
const DETAILS = /^<details>\s*<summary>([^<>]*)<\/summary>\s*$/;
const DETAILS_END = /^<\/details>\s*$/;

/**
 * Renders the parts of a whole text.
 *
 * @param marked renders all that is plain Markdown
 * @param folder that the text is about: 'lessons/03'
 */
export function renderParts(tokens: Token[], marked: Marked, folder: string): string {
  return sectionsOf(withoutTerminal(tokens))
    .map((section) => {
      const experiment = experimentOf(section);
      return experiment
        ? renderExperiment(experiment, section, marked, folder)
        : renderBlocks(section, marked);
    })
    .join('');
}

/** Leaves out what holds in a terminal only: a paragraph that says so, and the block that it announces with a colon. */
function withoutTerminal(tokens: Token[]): Token[] {
  let isAnnounced = false;
  return tokens.filter((token) => {
    if (token.type === 'space') return true;
    const isLeftOut = isAnnounced || (token.type === 'paragraph' && token.raw.startsWith('*In a terminal:*'));
    isAnnounced = isLeftOut && !isAnnounced && token.raw.trimEnd().endsWith(':');
    return !isLeftOut;
  });
}

/** Cuts a text before each heading that may begin or end an experiment. */
function sectionsOf(tokens: Token[]): Token[][] {
  const sections: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === 'heading' && token.depth <= 3) sections.push([]);
    sections.at(-1)?.push(token);
  }
  return sections;
}

/** The experiment of a section. One that is not whole is text like any other: a test finds it. */
function experimentOf(section: Token[]): Experiment | undefined {
  try {
    return readExperiments(section.map((token) => token.raw).join(''))[0];
  } catch {
    return undefined;
  }
}

function renderExperiment(experiment: Experiment, section: Token[], marked: Marked, folder: string): string {
  const { guess, title } = experiment;
  const name = `${posix.basename(folder)}/${experiment.name}`;
  const render = (tokens: Token[]) =>
    tokens
      .map((token) =>
        isRunnable(token) ? renderRunnable(token, folder).html : renderBlocks([token], marked),
      )
      .join('');
  const label = title.replaceAll('`', '');
  if (!guess) {
    return html`<section class="experiment entry" data-experiment="${name}" data-state="waiting" aria-label="${label}">
${raw(render(section))}
</section>
`.html;
  }
  const begin = section.findIndex(({ raw }) => raw.startsWith('**Guess first.**'));
  const end = section.findIndex(({ raw }, at) => at > begin && raw.startsWith('<!-- right:'));
  return html`<section class="experiment" data-experiment="${name}" data-state="waiting" data-right="${guess.right}" aria-label="Experiment: ${label}">
${raw(render(section.slice(0, begin)))}
${renderGuess(guess, marked)}
<div class="rest" tabindex="-1" hidden>${raw(renderBlocks(section.slice(end + 1), marked))}</div>
</section>
`.html;
}

function renderGuess({ question, outcomes }: Guess, marked: Marked): Html {
  const inline = (text: string) => raw(marked.parseInline(text, { async: false }));
  const buttons = outcomes.map(
    (outcome, at) =>
      html`<li><button type="button" data-do="guess" data-guess="${at + 1}" aria-pressed="false">${inline(outcome)}</button></li>`,
  );
  return html`<div class="guess"><p><strong>Guess first.</strong> ${inline(question)}</p>
<ol>${buttons}</ol>
<p class="verdict" role="status"></p>
<p class="tools"><button type="button" class="quiet" data-do="show">Show what happens</button></p></div>`;
}

type CodeToken = Extract<Token, { type: 'code' }> & { text: string; lang?: string };

function isRunnable(token: Token): token is CodeToken {
  return token.type === 'code' && nameOf({ info: (token.lang ?? '').split(/\s+/) }) !== undefined;
}

/** Renders what folds away, too. What is not closed ends with the section. */
function renderBlocks(tokens: Token[], marked: Marked): string {
  let open = 0;
  const parts = tokens.map((token) => {
    const [, summary] = (token.type === 'html' && DETAILS.exec(token.raw)) || [];
    if (summary !== undefined) {
      open += 1;
      return `<details class="aside"><summary>${escapeHtml(summary.trim())}</summary>\n`;
    }
    if (open > 0 && token.type === 'html' && DETAILS_END.test(token.raw)) {
      open -= 1;
      return '</details>\n';
    }
    return marked.parser([token]);
  });
  return parts.join('') + '</details>\n'.repeat(open);
}
