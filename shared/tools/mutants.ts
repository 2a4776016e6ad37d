/**
 * `npm run mutants [NN]`: asks how good the checks are. It breaks each reference answer in every small way
 * it can think of, one at a time, and lists what the check did not notice. Each of those must be equivalent
 * to the original, and solutions/NN/equivalent.ts says why.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { findBrowser, NO_BROWSER } from '#shared/check/browser.ts';
import type { Exercise, Part } from '#shared/check/exercise.ts';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { withText } from '#shared/check/scratch.ts';
import { exerciseNumbers, findExercise, loadExercise } from '#shared/course/course.ts';
import { answerIn, fileOf } from '#shared/course/exercise.ts';
import { ROOT } from '#shared/course/root.ts';

/** A mutant that no test can tell from the original: its change, as this program prints it, and the reason. */
export type Equivalent = { mutant: string; why: string };

export type Mutant = { start: number; end: number; replacement: string };

/** Two at a time: the machine that this must run on has two cores. */
const WORKERS = 2;

const SWAPPED: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
};

/**
 * Lists the small ways to break a program: turn a comparison or a boolean round, drop a statement or the last
 * argument of a call, empty a string, move a number by one, take the other branch.
 * Imports, types and what is logged stay as they are.
 */
export function mutantsOf(text: string): Mutant[] {
  const source = ts.createSourceFile('answer.ts', text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const replace = (node: ts.Node, replacement: string) =>
    found.push({ start: node.getStart(source), end: node.getEnd(), replacement });

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isLogging(node)) return;
    if (ts.isExpressionStatement(node)) replace(node, ';');
    if (ts.isReturnStatement(node)) replace(node, node.expression ? 'return;' : ';');
    if (ts.isIfStatement(node)) {
      replace(node.expression, 'true');
      replace(node.expression, 'false');
    }
    if (ts.isConditionalExpression(node)) {
      replace(node, `(${node.whenTrue.getText(source)})`);
      replace(node, `(${node.whenFalse.getText(source)})`);
    }
    if (ts.isBinaryExpression(node)) {
      const swapped = SWAPPED[node.operatorToken.kind];
      if (swapped !== undefined) replace(node.operatorToken, swapped);
      if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
        replace(node, node.left.getText(source));
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, node.operand.getText(source));
    }
    if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, 'false');
    if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, 'true');
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateExpression(node)
    ) {
      replace(node, node.getText(source).length > 2 ? "''" : "'mutant'");
    }
    if (ts.isNumericLiteral(node)) {
      replace(node, `${Number(node.text.replaceAll('_', '')) + 1}`);
      replace(node, `(${Number(node.text.replaceAll('_', '')) - 1})`);
    }
    if (ts.isCallExpression(node)) {
      const last = node.arguments.at(-1);
      const before = node.arguments.at(-2);
      if (last && before) found.push({ start: before.getEnd(), end: last.getEnd(), replacement: '' });
      const chained = ts.isPropertyAccessExpression(node.expression) && node.arguments.length === 0;
      if (chained && ts.isPropertyAccessExpression(node.expression)) {
        replace(node, node.expression.expression.getText(source));
      }
    }
    ts.forEachChild(node, visit);
  }

  function isLogging(node: ts.Node): boolean {
    return (
      /^console\.\w+\(/.test(node.getText(source)) &&
      (ts.isExpressionStatement(node) || ts.isCallExpression(node))
    );
  }

  visit(source);
  return found;
}

/** A mutant as a person reads it: the line before and after, so that it is still found when lines move. */
export function describeMutant(text: string, { start, end, replacement }: Mutant): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  const flat = (part: string) => part.replace(/\s+/g, ' ').trim();
  const before = flat(text.slice(lineStart, lineEnd));
  const after = flat(text.slice(lineStart, start) + replacement + text.slice(end, lineEnd));
  return `${before}  →  ${after}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));

async function main(asked: string[]): Promise<void> {
  for (const number of asked.length > 0 ? asked.map(findExercise) : exerciseNumbers()) {
    const exercise = await loadExercise<Part>(number);
    const file = join(ROOT, exercise.solution, 'equivalent.ts');
    const { equivalent } = existsSync(file) ? await import(pathToFileURL(file).href) : { equivalent: [] };
    for (const part of exercise.parts) {
      const { whyNoMutants, tests } = part;
      const canJudge = findBrowser() || tests.some(({ needsBrowser }) => !needsBrowser);
      const why = whyNoMutants ?? (canJudge ? undefined : NO_BROWSER);
      if (why === undefined) await report(exercise, part, equivalent);
      else console.log(`Exercise ${number}, ${part.file} is left out. ${why}`);
    }
  }
}

async function report(exercise: Exercise, part: Part, equivalent: Equivalent[]): Promise<void> {
  const text = readFileSync(fileOf(answerIn(exercise, exercise.solution), part.file), 'utf8');
  const mutants = mutantsOf(text);
  const survivors: string[] = [];
  const left = [...mutants];
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      const judge = createJudge({ reuse: true, bail: true });
      for (let mutant = left.shift(); mutant; mutant = left.shift()) {
        if (await survives(judge, exercise, part, text, mutant)) survivors.push(describeMutant(text, mutant));
      }
      await judge.end();
    }),
  );
  const reasons = new Map(equivalent.map(({ mutant, why }) => [mutant, why]));
  const unexplained = survivors.filter((survivor) => !reasons.has(survivor));
  const killed = mutants.length - survivors.length;
  const telling = mutants.length - (survivors.length - unexplained.length);
  console.log(
    `Exercise ${exercise.number}, ${part.file}: ${killed} of ${mutants.length} mutants killed (${percent(killed, mutants.length)}), ` +
      `${survivors.length - unexplained.length} equivalent, ${unexplained.length} survive: ${percent(killed, telling)} of those that count.`,
  );
  for (const survivor of unexplained) console.log(`  ${survivor}`);
  if (unexplained.length > 0) process.exitCode = 1;
}

function survives(
  judge: Judge,
  exercise: Exercise,
  part: Part,
  text: string,
  { start, end, replacement }: Mutant,
): Promise<boolean> {
  const broken = text.slice(0, start) + replacement + text.slice(end);
  const reference = answerIn(exercise, exercise.solution);
  return withText(broken, part.file, async (file) => {
    const answer = { ...reference, [part.file]: file };
    const { tests } = await judge.judge({ ...exercise, parts: [part] }, answer);
    return tests.every(({ passed }) => passed);
  });
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '100 %' : `${((100 * part) / whole).toFixed(0)} %`;
}
