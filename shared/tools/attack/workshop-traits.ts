/** What the attack knows of the workshop: how one of its pages talks. */
import { lessonNumbers } from '#shared/course/course.ts';
import type { Fuzzing, Traits } from '#shared/testing/traits.ts';

/** The pages look at these, and ask for nothing that takes a server. */
const LOOKED_AT = lessonNumbers().map((number) => `lessons/${number}`);

/** What the attack needs to know of a server. */
export type Talk = Pick<Traits, 'attack' | 'door'> & {
  fuzz: Pick<Fuzzing, 'call' | 'echo' | 'opening' | 'protocol' | 'texts' | 'maxPayload'>;
};

export const WORKSHOP: Talk = {
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
};
