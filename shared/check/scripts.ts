/** Scripts that fit most exercises: whoever writes a server must think of these people. */
import {
  NO_NAMES,
  NO_TEXTS,
  NONSENSE,
  nearlyMessages,
  OTHER_NAMES,
  SAME_NAMES,
  TEXTS,
  withMore,
} from './edges.ts';
import {
  type Broken,
  breaks,
  CODES,
  connects,
  leaves,
  lingers,
  type Move,
  NO_MASK,
  PEOPLE,
  says,
  together,
  vanishes,
} from './moves.ts';

/** How people talk in an exercise. */
export type Talk = {
  /** What somebody says to take part. Nothing, where whoever is connected takes part. */
  enter: (who: string) => unknown[];
  /** What somebody says, with a text of their own. */
  talk: (text: string) => unknown;
};

/** Many people, more than anybody thinks of: they take part, say things twice and at the same moment, and leave. */
export function crowd({ enter, talk }: Talk): Move[][] {
  const many = [...PEOPLE, 'grace', 'heidi', 'ivan', 'judy'];
  return [
    [
      ...many.map((who) => says(who, ...enter(who))),
      ...PEOPLE.map((who) => says(who, talk('hello'), talk('hello'), talk(`I am ${who}`))),
      together(PEOPLE, (who) => [1, 2, 3].map((number) => talk(`${who} says ${number}`))),
      ...many.map((who) => leaves(who)),
    ],
  ];
}

/** All ways to go, and what the others say afterwards. Somebody comes back under the same name. */
export function departures({ enter, talk }: Talk, frames: Broken[] = [NO_MASK]): Move[][] {
  const comes = says('bob', ...enter('bob'), talk('hello'));
  const after = says('alice', talk('after'));
  return [
    [
      says('alice', ...enter('alice')),
      says('carol', ...enter('carol')),
      ...CODES.flatMap((code) => [comes, leaves('bob', code), after]),
      ...[comes, vanishes('bob'), after],
      ...frames.flatMap((frame) => [comes, breaks('bob', frame), after]),
      ...[comes, lingers('bob'), after, says('dave', ...enter('dave')), vanishes('bob'), after, comes],
    ],
    [connects('dave'), comes, leaves('bob'), leaves('dave'), comes, says('dave', ...enter('dave'))],
  ];
}

/** Texts at the edges, one after the other and many at once; and what is no message, before and after one takes part. */
export function edges({ enter, talk }: Talk): Move[][] {
  const bad = says('bob', ...NONSENSE, ...NO_TEXTS.map(talk));
  return [
    [
      ...[says('alice', ...enter('alice')), bad, says('bob', ...enter('bob'), talk('now')), bad],
      ...[says('alice', talk('after')), says('alice', ...TEXTS.map(talk)), says('bob', talk('after'))],
      says('alice', ...Array.from({ length: 70 }, (_, at) => talk(`${at}`))),
    ],
  ];
}

/** Messages with a field that is missing, wrong, or too much. */
export function fields({ enter }: Talk, ...messages: Record<string, unknown>[]): Move[][] {
  const more = [{ username: 'ALICE' }, { from: 'bob' }, { to: 'bob' }];
  return messages.map((message) => [
    says('alice', ...enter('alice')),
    says('bob', ...nearlyMessages(message), ...enter('bob'), withMore(message)),
    says('alice', ...nearlyMessages(message)),
    says('bob', message),
    says('alice', withMore(message), ...more.map((field) => ({ ...field, ...message }))),
  ]);
}

/**
 * People who take names, keep them, change them, and want those of others.
 *
 * @param join the message with which one takes a name
 * @param speak what one says to show who one is
 */
export function nameGames(join: (name: string) => unknown, speak: () => unknown[]): Move[][] {
  const is = (who: string, name: string) => says(who, join(name), ...speak());
  return [
    SAME_NAMES.flatMap(([one, other]) => [
      is('alice', one),
      is('bob', other),
      is('alice', other),
      is('bob', 'bob'),
    ]),
    [is('alice', 'alice'), says('bob', ...OTHER_NAMES.slice(1).flatMap((name) => [join(name), ...speak()]))],
    [says('alice', ...NO_NAMES.map(join)), is('bob', 'bob'), says('bob', ...NO_NAMES.map(join), ...speak())],
    [
      is('alice', 'alice'),
      is('bob', 'bob'),
      is('alice', 'carol'),
      is('alice', 'dave'),
      is('carol', 'carol'),
      is('dave', 'alice'),
      is('erin', 'dave'),
      is('alice', 'alice'),
      leaves('dave'),
      is('alice', 'alice'),
      is('erin', 'dave'),
      is('bob', 'rob'),
      is('erin', 'bob'),
      is('alice', 'alice'),
      is('carol', 'rob'),
    ],
    [
      is('alice', 'alice'),
      is('bob', 'bob'),
      is('bob', 'alice'),
      is('carol', 'bob'),
      is('carol', 'alice'),
      leaves('carol'),
      is('dave', 'alice'),
      leaves('bob'),
      is('dave', 'bob'),
      is('dave', 'BOB'),
      is('bob', 'bob'),
      leaves('dave'),
      is('bob', 'bob'),
      is('bob', 'Bob'),
      is('carol', 'dave'),
    ],
    [
      is('alice', 'alice'),
      is('bob', 'bob'),
      says('alice', ...speak(), join('carol'), ...speak(), join('alice'), join('bob'), ...speak()),
      says('bob', join('bob'), join('bob'), join('dave'), ...speak()),
    ],
  ];
}
