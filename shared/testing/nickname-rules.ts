/** Which names a chat with nicknames takes, which it refuses, and which are the same: for each lesson whose server is one. */
import { expect, test } from 'vitest';
import type { Chat } from './nickname-room.ts';

export function testNames(chat: Chat): void {
  testSpelling(chat);
  testTwins(chat);
}

function testSpelling({ connect, ask, error }: Chat): void {
  test.each([
    ['with spaces around it', '  alice ', 'alice'],
    ['in wide letters', '\uff41lice', 'alice'],
    ['with an accent in two parts', 'Zoe\u0308', 'Zo\u00eb'],
    ['of 20 code points that are 40 units of UTF-16', '𝒂'.repeat(20), 'a'.repeat(20)],
    ['of 20 hieroglyphs', '𓀀'.repeat(20), '𓀀'.repeat(20)],
    ['with two blanks inside', 'Ann  Lee', 'Ann Lee'],
    ['with other blanks inside', 'Ann \u00a0\u3000\u1680Lee', 'Ann Lee'],
    ['with a blank and an accent inside', 'Ann \u00b4Lee', 'Ann \u0301Lee'],
    ['after 500 spaces', `${' '.repeat(500)}alice`, 'alice'],
    ['called constructor', 'constructor', 'constructor'],
    ['called __proto__', '__proto__', '__proto__'],
    ['in another script', 'Алиса', 'Алиса'],
  ])('a name %s is kept in one spelling', async (_, given, kept) => {
    const client = await connect();
    expect(await ask(client, { type: 'join', username: given })).toMatchObject({
      type: 'joined',
      username: kept,
      usernames: [kept],
    });
  });

  test.each([
    ['empty', ''],
    ['only spaces', ' \u00a0\u3000 '],
    ['21 code points', 'a'.repeat(21)],
    ['a name that grows: one sign that stands for 18 letters, twice', '\ufdfa\ufdfa'],
    ['a line break inside', 'alice\nbob'],
    ['a control character', 'alice\u0007'],
    ['a terminal escape', '\u001b[31mred'],
    ['a zero-width space', 'ali\u200bce'],
    ['a soft hyphen', 'ali\u00adce'],
    ['a mark that turns the direction of text', 'alice\u202e'],
    ['a Hangul filler, which is a letter that nobody sees', '\u3164'],
    ['a braille pattern without dots', 'alice\u2800'],
    ['a braille pattern without dots, alone', '\u2800'],
    ['a musical sign that is blank', '\u{1d159}'],
    ['an accent alone', '\u0301'],
    ['an accent before a letter', '\u0301alice'],
    ['an accent after a space, which is alone then', ' \u0301'],
    ['an accent that has a space of its own, which is trimmed', '\u00b4'],
    ['a line separator', 'alice\u2028bob'],
    ['a paragraph separator', 'alice\u2029bob'],
    ['half a surrogate pair', '\ud83d'],
    ['a private use character', '\ue000'],
    ['a code point without a character', '\u0378'],
    ['8,000 accents', '\u0315\u0316'.repeat(4_000)],
  ])('a name is refused: %s', async (_, username) => {
    const client = await connect();
    expect(await ask(client, { type: 'join', username })).toEqual(error('bad-username'));
  });
}

function testTwins({ connect, connectAs, ask, error }: Chat): void {
  test.each(['alice', 'ALICE', ' alice ', '\uff41lice', '\u{1d4d0}lice'])(
    'where Alice is here, %j is taken',
    async (twin) => {
      await connectAs('Alice');
      const other = await connect();
      expect(await ask(other, { type: 'join', username: twin })).toEqual(error('username-taken'));
    },
  );

  test('names that differ in the number of blanks are one name', async () => {
    await connectAs('Ann Lee');
    const other = await connect();
    for (const twin of ['ann  lee', 'Ann\u00a0\u2003Lee']) {
      expect(await ask(other, { type: 'join', username: twin })).toEqual(error('username-taken'));
    }
  });

  test('letters of two alphabets that look alike are still two names', async () => {
    await connectAs('alice');
    await connectAs('аlice'); // The first letter is Cyrillic.
  });

  test('of two who want one name at once, one gets it', async () => {
    const [one, two] = await Promise.all([connect(), connect()]);
    one.send({ type: 'join', username: 'alice' });
    two.send({ type: 'join', username: 'Alice' });
    const answers = [await one.nextJson(), await two.nextJson()].map(({ type }) => type);
    expect(answers.sort()).toEqual(['error', 'joined']);
  });
}
