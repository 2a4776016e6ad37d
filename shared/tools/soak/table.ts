/** The table of a soak, and what one must know to read it. */
import { CERTAIN } from './slope.ts';
import { MOST_LEFT, type Soaked } from './soak-server.ts';

export type Row = { name: string; soaked: Soaked };

const HEADS = [
  'server',
  'waves',
  'clients',
  'KiB at first',
  'with a wave',
  'at the end',
  'a wave leaves, KiB',
  'a client, bytes',
  'polite p50',
  'p99',
  'answers',
  'sockets left',
  'timers left',
  '',
];

/** Gives the lines of the table. @param rows one for each server */
export function tableOf(rows: Row[]): string[] {
  const lines = [HEADS, ...rows.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ name, soaked }: Row): string[] {
  const { waves, clients, before, height, after, fit, size, polite, left, faults } = soaked;
  const bytes = 1024 / size;
  return [
    name,
    String(waves),
    String(clients),
    before.toFixed(0),
    `+${(height - before).toFixed(0)}`,
    after.toFixed(0),
    `${fit.slope.toFixed(2)} ± ${(CERTAIN * fit.error).toFixed(2)}`,
    `${(fit.slope * bytes).toFixed(1)} ± ${(CERTAIN * fit.error * bytes).toFixed(1)}`,
    `${polite.p50.toFixed(1)} ms`,
    `${polite.p99.toFixed(0)} ms`,
    String(polite.answers),
    String(left.sockets),
    String(left.timers),
    faults.length === 0 ? 'ok' : 'NOT OK',
  ];
}

/** Gives what is said below the table: what is left open on purpose, and how it was decided. */
export function notesOf(rows: Row[], endSilent: string[]): string[] {
  const silent = rows.flatMap(({ name, soaked }) =>
    soaked.silent ? [`${name} has ended ${soaked.silent.ended} of ${soaked.silent.all} by itself.`] : [],
  );
  const others =
    endSilent.length === 0 ? 'No server here' : `Of these servers only ${endSilent.join(' and ')}`;
  return [
    `Memory is what is in use after a garbage collection, with the compilers of the engine off: what they learn looks like a leak.`,
    `A wave leaves: the slope of the line that fits best, ± ${CERTAIN} standard errors. Waves come until it is certain on`,
    `which side of the limit it lies: ${MOST_LEFT * 1024} bytes for each client, less than an entry of a Set or a Map needs.`,
    'With a wave: so much more there is while a wave is there. What a client does not read, a server keeps for it, as much as',
    'comes: a limit for that is backpressure, which is a lesson of its own. It is free when they have gone, and no fault here.',
    `${others} ${endSilent.length === 1 ? 'notices' : 'notice'} that a link is frozen. The tool ends such links, at the end of each wave.`,
    ...silent,
    'The polite client sends, waits for the answer, and sends again 5 ms later, or when the server allows it. Its times have no limit: machines differ.',
  ];
}
