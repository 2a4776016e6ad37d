/** Attacks with frames that are right, and messages that are not, or that say what is not true. */
import { asSent, type Fields } from '#shared/testing/traits.ts';
import { BINARY, frame, goodbye, PING, text } from './bytes.ts';
import { MARK, OLD_TIME, POLITE } from './heard.ts';
import { type Kind, times } from './kind.ts';
import { FORGED_LINE } from './log.ts';
import type { Site } from './site.ts';

/** So many on one connection: who errs without end is a kind of its own. */
const ON_ONE = 8;

async function say(site: Site, texts: string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += ON_ONE) {
    const stranger = await site.open({ name: `${MARK} ${at}` });
    await stranger.send(...texts.slice(at, at + ON_ONE).map(text));
    await stranger.isHeard();
  }
}

/** Right messages of this lesson, of which each field is put out in turn. */
function spoiled({ traits: { fuzz } }: Site, values: string[]): string[] {
  const some = [...(fuzz.opening?.(MARK) ?? []), fuzz.call(2_900_000).message].filter(isFields);
  return some.flatMap((message) =>
    Object.keys(message).flatMap((key) =>
      values.map((value) => JSON.stringify({ ...message, [key]: '@' }).replace('"@"', value)),
    ),
  );
}

function isFields(message: unknown): message is Fields {
  return typeof message === 'object' && message !== null;
}

/** What somebody sees as alice, and what is written in another way. */
const LOOKALIKES = POLITE.slice(0, 1).flatMap((name) => [
  name,
  name.toUpperCase(),
  ` ${name} `,
  `${name}\u200b`,
  `${name.slice(0, 2)}\u00ad${name.slice(2)}`,
  `\u202e${name}`,
  `\u2066${name}\u2069`,
  `${name}\0`,
  `${name}\ufe0f`,
  `${name}\u3164`,
  `\u2800${name}`,
  `\u0301${name}`,
  [...name].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join(''),
  [...name].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x61 + 0x1d41a)).join(''),
]);

/** What would write a line of its own in a log, clear a terminal, or change its title. */
const BREAKS = [
  '\n',
  '\r\n',
  '\r',
  '\u2028',
  '\u0085',
  '\u001b[2J\u001b[H',
  '\u001b]0;mallory\u0007\n',
  '\u009b2J',
  "'.\n",
  '%s\n',
];

export const MESSAGES: Kind[] = [
  {
    name: 'junk',
    run: (site) =>
      say(site, [
        '',
        ' ',
        'null',
        'true',
        '0',
        '""',
        '[]',
        '{}',
        '[{}]',
        '{',
        '{"type":',
        'NaN',
        '\u0000',
        '{"type":null}',
        '{"type":[]}',
        '{"type":"toString"}',
        '{"type":"error"}',
        '{"type":"joined"}',
        '//',
        '{"a":1}{"b":2}',
        `"${'x'.repeat(4000)}"`,
      ]),
  },
  {
    name: 'deep nesting',
    run: (site) => {
      const deep = Math.floor((site.traits.fuzz.maxPayload ?? 65_536) / 20);
      const nested = ['[', '{"a":', '[{"a":'].map((open) => open.repeat(deep));
      return say(site, [
        ...nested,
        `${'['.repeat(deep)}${']'.repeat(deep)}`,
        ...spoiled(site, [`${'['.repeat(deep)}${']'.repeat(deep)}`]),
      ]);
    },
  },
  {
    name: '__proto__',
    run: (site) => {
      const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then'];
      const call = asSent(site.traits.fuzz.call(2_900_001).message);
      return say(site, [
        ...names.flatMap((name) => [
          `{"type":"${name}"}`,
          `{"${name}":${JSON.stringify(call)}}`,
          call.replace('{', `{"${name}":{"type":"chat","username":"alice","admin":true},`),
        ]),
        ...spoiled(
          site,
          names.map((name) => `{"${name}":1}`),
        ),
      ]);
    },
  },
  {
    name: 'numbers that are none',
    run: (site) =>
      say(
        site,
        spoiled(site, [
          '1e999',
          '-1e999',
          '9007199254740993',
          '1e-400',
          '-0',
          `1${'0'.repeat(3000)}`,
          '0.1e1',
          '[1e999,1e999]',
        ]),
      ),
  },
  {
    name: 'halves of letters',
    run: (site) =>
      say(
        site,
        spoiled(site, [
          '"\\ud800"',
          '"\\udc00x"',
          '"\\uffff\\u0000"',
          `"${'\\ud83d'.repeat(500)}"`,
          `"${'\u0315\u0316'.repeat(900)}"`,
          `"${'\ufdfa'.repeat(900)}"`,
        ]),
      ),
  },
  {
    name: 'binary messages',
    async run(site) {
      const stranger = await site.open();
      await stranger.send(...times(ON_ONE, (n) => frame(BINARY, Buffer.alloc(400 * n, 0xff))));
      await stranger.isHeard();
    },
  },
  {
    name: 'speaks as somebody else',
    async run(site) {
      const stranger = await site.open();
      for (const name of POLITE) {
        const as = { username: name, from: name, name, user: name, sender: name };
        await stranger.send(site.call(as), site.call({ ...as, to: POLITE[0] }));
        const message = `${MARK} was here`;
        for (const type of ['chat', 'system', 'private', 'joined', 'error'])
          await stranger.send(text(asSent({ type, username: name, from: name, to: POLITE[1], message })));
      }
      await stranger.isHeard();
    },
  },
  {
    name: 'a time of its own',
    async run(site) {
      const stranger = await site.open();
      await stranger.send(site.call({ at: OLD_TIME, time: OLD_TIME, seq: -5, epoch: 'x', id2: MARK }));
      await stranger.send(
        text(asSent({ ...Object(site.traits.fuzz.call(2_900_002).message), at: OLD_TIME })),
      );
      await stranger.isHeard();
    },
  },
  {
    name: 'a name that looks the same',
    async run(site) {
      for (const name of LOOKALIKES) {
        const stranger = await site.open({ name, password: 'nobody has told mallory' });
        await stranger.send(site.call({ username: name }));
        await stranger.isHeard();
      }
    },
  },
  {
    name: 'lines for the log',
    async run(site) {
      for (const mark of BREAKS) {
        const line = `${mark}${FORGED_LINE}`;
        const stranger = await site.open({ name: `m${line}`.slice(0, 60) });
        const call = Object(site.traits.fuzz.call(2_900_003).message);
        await stranger.send(
          text(asSent({ ...call, username: line, message: line, id: line })),
          text(`{"type":${JSON.stringify(line)}}`),
          text(line),
          frame(PING, line.slice(0, 40)),
          goodbye(4000, line),
        );
        await stranger.isHeard();
        const odd = encodeURIComponent(line);
        await site.ask(
          `GET /${odd}?${odd} HTTP/1.1\r\nHost: ${site.host}\r\nUser-Agent: ${odd}\r\nConnection: close\r\n\r\n`,
        );
      }
      // As it is, where a header may hold it.
      await site.open({
        headers: { Origin: `http://x\t${FORGED_LINE}`, 'User-Agent': `\u001b[2J${FORGED_LINE}` },
      });
    },
  },
];
