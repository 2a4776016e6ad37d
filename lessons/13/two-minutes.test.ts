/** The two-minute task of lesson 13, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { expect } from '#shared/check/matchers.ts';
import type { Room } from '#shared/check/room.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/13',
  title: 'Two tabs are enough',
  tests: [
    test('a user has two connections, and one more is closed with 4429', async (room) => {
      const [alice, bob] = [await register(room, 'alice'), await register(room, 'bob')];
      const observer = await bob('bob');
      const first = await alice('first tab');
      await alice('second tab');
      const third = await alice('third tab');
      await bob('bob again'); // It comes after that.
      expect(third.isClosed(), 'alice has two connections, and opened one more. It is not closed.');
      expect(
        third.link.state.code === 4429,
        `The third connection must be closed with 4429, and not with ${third.link.state.code}.`,
      );
      expect(third.received().length === 0, 'The third connection is told nothing but the goodbye.');
      expect(!first.isClosed(), 'The first two stay.');
      observer.never({ type: 'presence', left: ['alice'] }, 'alice is still here.');
      await first.leaves();
      const next = await alice('next tab');
      await next.receives({ type: 'joined', username: 'alice' }, 'One of two has left: there is room again.');
    }),
  ],
  answer: [
    {
      find: "    dismiss(socket, 1013, 'Too many from your address.');\n    return;\n  }\n",
      replace:
        "    dismiss(socket, 1013, 'Too many from your address.');\n    return;\n  }\n  if ((room.counts.get(user.name) ?? 0) >= 2) {\n    dismiss(socket, 4429, 'Two tabs are enough.');\n    socket.on('close', address.leave);\n    return;\n  }\n",
    },
  ],
});

/** Registers somebody. Gives what opens one more connection. */
async function register(room: Room, username: string) {
  const body = { username, password: 'correct horse battery' };
  const { headers } = await room.ask(username, { method: 'POST', path: '/register', body });
  const [Cookie = ''] = (headers['set-cookie']?.[0] ?? '').split(';');
  return async (name: string) => {
    const asked = await room.ask(username, { method: 'POST', path: '/ticket', headers: { Cookie } });
    const { ticket } = JSON.parse(asked.body);
    return room.connect(name, { path: `/?ticket=${ticket}` });
  };
}
