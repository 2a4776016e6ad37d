import type { Equivalent } from '#shared/tools/mutants.ts';

const FLUSH = "mine.send(waiting.shift() ?? '');";
const forgotten = 'After the end nothing is sent any more. The texts are only let go.';
const CODES = 'return code === 1000 || code === 1008 || (code >= 4000 && code <= 4999);';

export const equivalent: Equivalent[] = [
  {
    mutant: 'now: () => Date.now(),  →  now: () => Date,',
    why: 'In Node the check has a clock of its own. In the page only retryAt comes of it, and a page shows that as it likes.',
  },
  {
    mutant: "let state: State = 'closed';  →  let state: State = '';",
    why: 'It connects before anybody can ask for the state.',
  },
  {
    mutant: 'lost(undefined);  →  ;',
    why: 'A socket that is closed while it connects has its close event at once, and that says the same.',
  },
  ...['mine.send(waiting.shift());', "mine.send(waiting.shift() ?? 'mutant');"].map((changed) => ({
    mutant: `${FLUSH}  →  ${changed}`,
    why: 'There is a text: the loop has looked.',
  })),
  { mutant: 'waiting.length = 0;  →  ;', why: forgotten },
  { mutant: 'waiting.length = 0;  →  waiting.length = 1;', why: forgotten },
  {
    mutant: `${CODES}  →  ${CODES.replace('4999', '5000')}`,
    why: 'No close event has the code 5000: RFC 6455 ends at 4999.',
  },
];
