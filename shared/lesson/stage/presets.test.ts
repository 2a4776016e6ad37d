/** Each of the frames that one may begin with, by hand, against each lesson's server. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { lessonNumbers } from '#shared/course/course.ts';
import { hex } from '#shared/lesson/page/wire-text.ts';
import { closeCode } from '#shared/testing/hostile.ts';
import { get, postJson } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { addressFor, loadTraitsOf, type Traits } from '#shared/testing/traits.ts';
import { buildFrame } from './build-frame.ts';
import { PRESETS } from './presets.ts';

describe.each(lessonNumbers())("a frame by hand against lesson %s's server", (number) => {
  let lesson: RunningServer;
  let door: Traits['door'];
  beforeAll(async () => {
    ({ door } = await loadTraitsOf(`lessons/${number}`));
    lesson = await startServer(`lessons/${number}/server.ts`);
  });
  afterAll(() => lesson.stop());

  /** 1 to 4: it may have any value. */
  const key = Uint8Array.of(1, 2, 3, 4);

  test.each(Object.entries(PRESETS))(
    'it lives on, and the others hear nothing of it: %s',
    async (_, preset) => {
      const other = await rawConnect(await addressFor(door, lesson.socketUrl, 'other'));
      const choice = { ...preset, rsv2: false, rsv3: false, payload: Buffer.from(preset.text) };
      const { header, payload } = buildFrame(choice, key);
      const [status, said] = await postJson(lesson.url, '/hand', { hex: `${hex(header)} ${hex(payload)}` });
      // Where one must log in, a hand does not get in.
      expect([status, String(said)]).toEqual(
        door ? [502, expect.stringContaining("It said 'HTTP/1.1 401 ")] : [200, expect.any(String)],
      );
      // Whoever was there before is still there, and says goodbye as one does.
      other.socket.write(rawFrame(8, Buffer.from([3, 232])));
      expect(await closeCode(other)).toBe(1000);
      expect((await get(lesson.url, '/')).status).toBe(200);
      expect(lesson.output()).not.toMatch(/^ {4}at /m);
    },
  );
});
