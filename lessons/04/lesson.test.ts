import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { editsOf, readBlocks } from '#shared/course/blocks.ts';
import { startChanged } from '#shared/testing/changed-server.ts';
import { testNicknameChat } from '#shared/testing/nickname-chat.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import * as protocol from './protocol.ts';

const { join, ask } = testNicknameChat('lessons/04/server.ts', protocol);

test('without NFKC there are two people who look like one', async () => {
  const more = readBlocks(readFileSync(new URL('more.md', import.meta.url), 'utf8'));
  const edits = more.filter(({ info }) => info[0] === 'diff').flatMap(editsOf);
  const changed = await startChanged('lessons/04', edits);
  try {
    await join(await connectRecording(changed.socketUrl), 'alice');
    const twin = await connectRecording(changed.socketUrl);
    expect(await ask(twin, { type: 'join', username: '\uff41lice' })).toMatchObject({
      type: 'joined',
      usernames: ['alice', '\uff41lice'],
    });
  } finally {
    await changed.stop();
  }
});
