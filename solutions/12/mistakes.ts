import type { Mistake } from '#shared/course/mistake.ts';
export const mistakes: Mistake[] = [];
