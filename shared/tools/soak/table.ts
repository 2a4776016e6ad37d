/** The table of a soak. */
import type { Soaked } from './soak-server.ts';

export function printTable(rows: { name: string; soaked: Soaked }[]): void {
  for (const { name, soaked } of rows) console.log(name, JSON.stringify(soaked));
}
