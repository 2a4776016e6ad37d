/** What the attack knows of the workshop: how one of its pages talks. */
import { lessonNumbers } from '#shared/course/course.ts';
import type { Attacked, Fuzzing } from '#shared/testing/traits.ts';

/** The pages look at these, and ask for nothing that takes a server. */
const LOOKED_AT = lessonNumbers().map((number) => `lessons/${number}`);

type Talk = { fuzz: Pick<Fuzzing, 'call' | 'echo' | 'opening' | 'protocol' | 'texts' | 'maxPayload'> };

export const WORKSHOP: Talk & { attack?: Attacked; pathOf: (url: string) => string } = {
  fuzz: {
    // Whoever looks at a lesson is told how it is there.
    call: (id) => ({
      message: { type: 'look', folder: LOOKED_AT[id % LOOKED_AT.length] },
      answer: '"type":"server"',
    }),
    // Each page is answered by itself.
    echo: () => ({}),
    maxPayload: 4096,
  },
  pathOf: (url) => (url.endsWith('/link') ? '/link' : '/'),
};
