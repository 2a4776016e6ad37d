/** How conversations are printed: within the columns that there are, and with what is wrong in sight. */
import { describe, expect, test } from 'vitest';
import { type Entry, printConversation } from './conversation.ts';

const CANVAS = `{"type":"canvas","lines":[${'{"width":5},'.repeat(50)}],"seq":3,"at":"2026-11-22"}`;

const ENTRIES: Entry[] = [
  { kind: 'connected', who: 'alice', at: 0 },
  { kind: 'sent', who: 'alice', text: CANVAS, at: 0 },
  { kind: 'received', who: 'mallory', text: CANVAS, at: 0 },
  { kind: 'received', who: 'alice', text: CANVAS, at: 0, differs: '"seq":3' },
  { kind: 'printed', text: CANVAS, at: 0 },
  { kind: 'left out', count: 12 },
  { kind: 'missing', who: 'alice', expected: CANVAS, at: 0, differs: '"seq"' },
  { kind: 'missing', who: 'alice', expected: CANVAS, within: 1400, at: 0 },
  { kind: 'closed', who: 'alice', code: 1011, reason: 'x'.repeat(120), at: 0 },
];

describe('a conversation', () => {
  test('shows a message from its beginning, and around what is wrong in it', () => {
    expect(printConversation(ENTRIES)).toEqual([
      'alice    ── connects ─────────────────────────────────────▶ server',
      'alice    ── {"type":"canvas","lines":[{"width":5},{"wid… ─▶ server',
      'mallory  ◀── {"type":"canvas","lines":[{"width":5},{"wid…  server',
      'alice    ◀── {"type":"canv…},],"seq":3,"at":"2026-11-22"}  server',
      'server   │ {"type":"canvas","lines":[{"width":5},{"width":5},{"width":5},{"…',
      'server   │ … 12 more lines …',
      'alice    ◀── nothing, and the server has nothing left to do',
      '             expected {"type":"canvas",…dth":5},],"seq":3,"at":"2026-11-22"}',
      'alice    ◀── nothing more within 1.4 s',
      '             expected {"type":"canvas","lines":[{"width":5},{"width":5},{"w…',
      `alice    ◀── closed: 1011 ${'x'.repeat(30)}…  server`,
    ]);
  });

  test.for([76, 60, 40, 30, 26])(
    'has no line of more than %i columns, and keeps what is wrong in sight',
    (columns) => {
      const lines = printConversation(ENTRIES, columns);
      expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
      if (columns >= 40) expect(lines[3]).toContain('"seq":3');
    },
  );

  test('shows what is wrong where it stands at the end, and where it is in sight anyway', () => {
    const print = (text: string, differs: string) =>
      printConversation([{ kind: 'received', who: 'alice', text, differs, at: 0 }])[0];
    expect(print(`{"type":"x","b":"${'b'.repeat(99)}","seq":3}`, '"seq":3')).toContain(
      'bbb","seq":3}  server',
    );
    expect(print(`{"type":"x","seq":3,"b":"${'b'.repeat(99)}"}`, '"seq":3')).toContain(
      '{"type":"x","seq":3,"b',
    );
    expect(print('{"type":"x"}', '"seq":3')).toContain('{"type":"x"} ─');
  });
});
