import type { Equivalent } from '#shared/tools/mutants.ts';

/** None: `npm run mutants` leaves this exercise out, and says why. */
export const equivalent: Equivalent[] = [];
