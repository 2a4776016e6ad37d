import type { Equivalent } from '#shared/tools/mutants.ts';

export const equivalent: Equivalent[] = [];
