/** A table as text: the columns are as wide as what stands in them, and numbers end below each other. */
import type { Table } from './report.ts';

/** @param table its first row has the heads */
export function formatTable(table: Table): string {
  const [head = [], ...rows] = table;
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const areNumbers = numeric(table);
  const line = (row: string[]) =>
    row
      .map((cell, at) => (areNumbers[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map(line)].map((text) => `${text}\n`).join('');
}

/** For each column of a table: whether it has numbers, and nothing else. Some of its cells may be empty. */
export function numeric([head = [], ...rows]: Table): boolean[] {
  return head.map((_, column) => rows.every((row) => /^[\d.,\s±+-]*$/.test(row[column] ?? '')));
}
