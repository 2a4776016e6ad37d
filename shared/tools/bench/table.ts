/** The benchmark's results, as lines on a terminal. */

export type Row = { what: string; measured: string; target?: string; ok?: boolean };

export function printTable(title: string, rows: Row[]): void {
  const width = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length));
  const what = width((row) => row.what);
  const measured = width((row) => row.measured);
  const target = width((row) => row.target ?? '');
  console.log(`\n${title}\n`);
  for (const row of rows) {
    const verdict = row.ok === undefined ? '' : row.ok ? 'ok' : 'NOT OK';
    const cells = [
      row.what.padEnd(what),
      row.measured.padStart(measured),
      (row.target ?? '').padStart(target),
    ];
    console.log(`  ${[...cells, verdict].join('   ').trimEnd()}`);
  }
}

/** A row for something that should be at least, or at most, so much. */
export function rated(
  what: string,
  value: number,
  {
    atLeast,
    atMost,
    unit = '',
    more = '',
  }: { atLeast?: number; atMost?: number; unit?: string; more?: string },
): Row {
  const digits = unit === ' ms' ? 0 : unit === ' KiB' ? 1 : 2;
  const limit = atLeast ?? atMost;
  return {
    what,
    measured: `${value.toFixed(digits)}${unit}${more}`,
    ...(limit === undefined
      ? {}
      : {
          target: `${atLeast === undefined ? 'at most' : 'at least'} ${limit}${unit}`,
          ok: atLeast === undefined ? value <= limit : value >= limit,
        }),
  };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The smallest and the largest, since one number hides how restless a machine is. */
export function spread(values: number[], digits = 2): string {
  return `  (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
}
