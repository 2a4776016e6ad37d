/** What holds for every protocol of the course: the type checker tells who does not handle a new message yet. */
import { expect, test } from 'vitest';
import { typeErrors } from '#shared/testing/type-errors.ts';

test('a type that is new in a protocol is an error in each server that does not handle it', () => {
  const servers = [
    'lessons/04/server.ts',
    'lessons/05/server.ts',
    'lessons/06/server.ts',
    'solutions/03/server.ts',
    'solutions/04/server.ts',
  ];
  const added = "{ type: 'new'; username: string; to: string; message: string }";
  const addType = (text: string) =>
    text.replace('type ClientMessage =', `$& ${added} | OldMessage;\ntype OldMessage =`);
  const changes = Object.fromEntries(['04', '05', '06'].map((n) => [`lessons/${n}/protocol.ts`, addType]));
  expect(typeErrors(servers, changes)).toEqual(
    servers.map((file) => expect.stringMatching(`^${file}: Type '{ type: "new"; .*expected type 'never'`)),
  );
});
