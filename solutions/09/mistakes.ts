import type { Mistake } from '#shared/course/mistake.ts';

const passing = 'it passes where the chat is right, and each of its tests can fail';
const others = 'it passes where the chat is right, but slow, talkative, or where a port is taken';
const everybody = 'it notices when a message does not reach everybody, or reaches somebody else';
const twice = 'it notices when a message is said twice';
const numbers = 'it notices when a number or an acknowledgement is wrong';
const missed = 'it notices when what was missed does not come, or not in its order';
const names = 'it notices when a name is taken twice, or is not free again';
const links = 'it notices when a silent link is kept, or a living one is ended';
const bad = 'it notices when bad input does more than get an error';

const CLOSES = "    wss.close();\n    await once(server.close(), 'close');\n";
const FIRST_TEST = "test('a message reaches all who joined, its sender too, and nobody else', async () => {";
const JOINED = "    await client.next('joined');\n";
const THREE = "  const all = [await join('alice'), await join('bob'), await join('carol')];\n";
const SPEAKS = `  bob.send({ type: 'chat', id: randomUUID(), message: 'hi' });
  expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
`;
const NEXT = `      await new Promise<void>((resolve) => {
        wake = resolve;
        socket.once('close', resolve);
      });
`;
const OUTSIDE = `  await outside.fence();
  expect([...outside.heard('chat'), ...outside.heard('ack')]).toEqual([]);
`;
const HEARD_BY_ALL = `  for (const client of all) {
    expect(await client.next('chat')).toMatchObject({ username: 'alice', message: 'hi' });
    await client.fence();
  }
`;
const COUNTS = "  expect(all.map((client) => client.heard('ack').length)).toEqual([1, 0, 0]);\n";
const ONCE = "  expect(texts(bob.heard('chat'))).toEqual(['one', 'two', 'three']);\n";
const SEQS = "  expect(bob.heard('chat').map(({ seq }) => seq)).toEqual([1, 2, 3]);\n";
const BOB_AGAIN = "  expect(await bob.say('one', id)).toMatchObject({ id, seq: 1 });\n";
const ALICE_AGAIN =
  "  expect(await alice.say('two')).toMatchObject({ seq: 2 });\n  expect(await alice.say('one', id)).toMatchObject({ id, seq: 1 });\n";
const PAGES = `  expect([texts(first.messages), first.last]).toEqual([said.slice(10, 110), 130]);
  expect(texts((await bob.missed(epoch, 110)).messages)).toEqual(said.slice(110));
  expect(texts((await bob.missed(epoch, 130)).messages)).toEqual([]);
`;
const OTHER_EPOCH = '  await bob.snapshot(randomUUID(), 10);\n';
const LEFT = "  expect(await carol.next('system')).toMatchObject({ usernames: ['carol'] });\n";
const TEN_SECONDS = `  for (let second = 0; second < 10; second += 1) {
    clock.advance(1000);
    await alice.fence(); // Her pong was there before this was answered.
  }
`;
const GONE = "  expect(await alice.next('system')).toMatchObject({ usernames: ['alice'] });\n";
const UNHEARD = "  expect(bob.heard('error')).toEqual([]);\n";

export const mistakes: Mistake[] = [
  {
    name: 'no server is closed',
    test: passing,
    sentence: 'The servers of your tests are never closed. Close each in onTestFinished, or in afterEach.',
    find: CLOSES,
    replace: '',
  },
  {
    name: 'a test is skipped',
    test: passing,
    sentence: 'A test is skipped, perhaps by test.only in another one. It notices nothing.',
    find: FIRST_TEST,
    replace: FIRST_TEST.replace('test(', 'test.skip('),
  },
  {
    name: 'only one test runs',
    test: passing,
    sentence: 'A test is skipped, perhaps by test.only in another one. It notices nothing.',
    find: FIRST_TEST,
    replace: FIRST_TEST.replace('test(', 'test.only('),
  },
  {
    name: 'a test without an assertion',
    test: passing,
    sentence: 'One of your tests compares nothing: it passes with a chat that does not even answer.',
    find: FIRST_TEST,
    replace: `test('two people talk', async () => {
  const { arrive } = await openChat();
  const [alice, bob] = [await arrive().catch(() => undefined), await arrive().catch(() => undefined)];
  alice?.send({ type: 'join', username: 'alice' });
  expect(bob?.heard('chat')).not.toBe(null);
});

${FIRST_TEST}`,
  },
  {
    name: 'an assertion that nobody awaits',
    test: passing,
    sentence: 'One of your tests compares nothing: it passes with a chat that does not even answer.',
    find: FIRST_TEST,
    replace: `test('bob hears alice', () => {
  void openChat().then(async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')];
    await alice.say('hi');
    expect(await bob.next('chat')).toMatchObject({ message: 'hi' });
  }).catch(() => {});
});

${FIRST_TEST}`,
  },
  {
    name: 'an order of names is expected that nobody has promised',
    test: others,
    sentence:
      'You compare something that the chat does not promise: the order of names, a wording, or all fields of a message.',
    find: GONE,
    replace: `${GONE}  const carol = await join('carol');
  expect((await carol.snapshot()).messages).toEqual([]);
  expect(carol.heard('joined')[0]).toMatchObject({ usernames: ['alice', 'carol'] });
`,
  },
  {
    name: 'a fixed port',
    test: others,
    sentence: 'Your server listens on a fixed port. Some day somebody else has it: ask for port 0.',
    find: "server.listen(0, '127.0.0.1')",
    replace: "server.listen(3456, '127.0.0.1')",
  },
  {
    name: 'it sleeps',
    test: others,
    sentence:
      'You sleep, and then look whether it has come. A chat may need longer than you sleep. Wait for the message itself.',
    find: NEXT,
    replace: `      await new Promise((resolve) => setTimeout(resolve, 20));
      const late = heard(type).find((message) => !read.has(message));
      if (!late) throw new Error(\`No \${type} has come.\`);
`,
  },
  {
    name: 'the next message is taken, whatever its type',
    test: others,
    sentence:
      'You take the next message for the answer, whatever it is. Other types may come in between: look for yours.',
    find: JOINED,
    replace:
      "    const [data] = await once(client.socket, 'message');\n    expect(JSON.parse(String(data)).type).toBe('joined');\n    await client.next('joined');\n",
  },
  {
    name: 'all fields are compared',
    test: others,
    sentence:
      'You compare something that the chat does not promise: the order of names, a wording, or all fields of a message.',
    find: "expect(await alice.say('three')).toMatchObject({ seq: 3 });",
    replace: "expect(Object.keys(await alice.say('three')).sort()).toEqual(['at', 'id', 'seq', 'type']);",
  },
  {
    name: 'the wording is compared',
    test: others,
    sentence:
      'You compare something that the chat does not promise: the order of names, a wording, or all fields of a message.',
    find: LEFT,
    replace:
      "  expect(await carol.next('system')).toMatchObject({ message: 'Alice left.', usernames: ['carol'] });\n",
  },
  {
    name: 'who leaves is thought to be gone at once',
    test: others,
    sentence:
      'You do not wait until the chat has noticed that somebody has left. Wait until another one is told.',
    find: LEFT,
    replace: "  await once(alice.socket, 'close');\n",
  },
  {
    name: 'only two people',
    test: everybody,
    sentence: 'You ask two people whether they heard it. A third one would notice more.',
    find: `${THREE}  await all[0]?.say('hi');\n${HEARD_BY_ALL}${COUNTS}`,
    replace: `${THREE.replace(", await join('carol')", '')}  await all[0]?.say('hi');\n${HEARD_BY_ALL}${COUNTS.replace('[1, 0, 0]', '[1, 0]')}`,
  },
  {
    name: 'nobody asks who has not joined',
    test: everybody,
    sentence: 'You never ask somebody who has not joined whether anything was heard.',
    find: OUTSIDE,
    replace: '',
  },
  {
    name: 'the sender is not asked',
    test: everybody,
    sentence: 'The sender hears the own message, too. You never look at that.',
    find: HEARD_BY_ALL,
    replace: HEARD_BY_ALL.replace('of all) {', 'of all.slice(1)) {'),
  },
  {
    name: 'nobody counts',
    test: twice,
    sentence: 'You send a message again, and never count how often others heard it.',
    find: `${ONCE}${SEQS}`,
    replace: "  expect(texts(bob.heard('chat'))).toContain('three');\n",
  },
  {
    name: 'one connection alone',
    test: twice,
    sentence: 'You send it again on the same connection only. After a cut it comes on another one.',
    find: BOB_AGAIN,
    replace: '',
  },
  {
    name: 'the number of what is sent again is not looked at',
    test: numbers,
    sentence: 'You do not look at the numbers in the acks of what is sent again, after others were said.',
    find: `${ALICE_AGAIN}${BOB_AGAIN}`,
    replace: `  expect(await alice.say('two')).toMatchObject({ seq: 2 });
  expect(await alice.say('one', id)).toMatchObject({ id });
  expect(await bob.say('one', id)).toMatchObject({ id });
`,
  },
  {
    name: 'the order of what was missed is not looked at',
    test: missed,
    sentence: 'You look whether all that was missed is there, and not at its order.',
    find: PAGES,
    replace: `  expect(first.messages).toHaveLength(100);
  expect(texts(first.messages)).toEqual(expect.arrayContaining(said.slice(10, 110)));
  expect(first.last).toBe(130);
`,
  },
  {
    name: 'one page is enough',
    test: missed,
    sentence: 'You never miss more than one page of 100. Ask for more, and look which of them come first.',
    find: `  const first = await bob.missed(epoch, 10);\n${PAGES}`,
    replace: '  expect(texts((await bob.missed(epoch, 110)).messages)).toEqual(said.slice(110));\n',
  },
  {
    name: 'another epoch is never tried',
    test: missed,
    sentence:
      "You never ask with an epoch that is not this chat's. Its numbers mean nothing here: a snapshot must come.",
    find: OTHER_EPOCH,
    replace: '',
  },
  {
    name: 'no name in capitals',
    test: names,
    sentence: 'You never try a name that somebody has in other letters: ALICE.',
    find: "['alice', 'ALICE']",
    replace: "['alice']",
  },
  {
    name: 'nobody comes back',
    test: names,
    sentence: 'You never join with a name whose owner has left.',
    find: `${LEFT}  await join('alice');\n`,
    replace: LEFT,
  },
  {
    name: 'nobody renames',
    test: names,
    sentence: 'One may write the own name in other letters. You never try that.',
    find: "  alice.send({ type: 'join', username: 'Alice' });\n  expect(await alice.next('joined')).toMatchObject({ username: 'Alice' });\n",
    replace: '',
  },
  {
    name: 'a link that still says goodbye',
    test: links,
    sentence:
      'Your silent link answers a goodbye. One that is dead answers nothing at all: pause the socket.',
    find: '  bob.socket.pause();\n',
    replace:
      "  for (const event of ['ping']) bob.socket.on(event, () => {});\n  Object.assign(bob.socket, { _autoPong: false });\n",
  },
  {
    name: 'it waits as long as it takes',
    test: links,
    sentence: 'A silent link must be ended within 10 s. You wait until it is, however long that takes.',
    find: `${TEN_SECONDS}${GONE}`,
    replace: `  for (let second = 0; second < 120; second += 1) {
    clock.advance(1000);
    await alice.fence();
  }
${GONE}`,
  },
  {
    name: 'nobody else is asked after the error',
    test: bad,
    sentence: 'You never look whether others notice bad input: they must not.',
    find: UNHEARD,
    replace: '',
  },
  {
    name: 'everybody has joined',
    test: bad,
    sentence: 'You never try to speak before you have joined.',
    find: `${SPEAKS}  bob.send({ type: 'since'`,
    replace: "  bob.send({ type: 'since'",
  },
];
