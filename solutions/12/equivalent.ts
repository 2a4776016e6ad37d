import type { Equivalent } from '#shared/tools/mutants.ts';

/** Why nobody can tell, and for which mutants. */
const all: [why: string, mutants: string[]][] = [
  [
    'A second more or less is all right.',
    [
      'const SESSION_LIFE = 10 * 60_000;  →  const SESSION_LIFE = 10 * (59999);',
      'const SESSION_LIFE = 10 * 60_000;  →  const SESSION_LIFE = 10 * 60001;',
      'const TICKET_LIFE = 30_000;  →  const TICKET_LIFE = (29999);',
      'const TICKET_LIFE = 30_000;  →  const TICKET_LIFE = 30001;',
    ],
  ],
  [
    'The check always names a folder.',
    [
      "const accounts = createAccounts(await openStore(process.env.LESSON_DATA ?? 'exercises/12/data'));  →  const accounts = createAccounts(await openStore(process.env.LESSON_DATA ?? ''));",
      "const accounts = createAccounts(await openStore(process.env.LESSON_DATA ?? 'exercises/12/data'));  →  const accounts = createAccounts(await openStore(process.env.LESSON_DATA));",
    ],
  ],
  [
    'JSON.parse turns a Buffer into a text by itself. Only the types forbid it.',
    [
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    ],
  ],
  [
    'A request has an address, and nobody issued this ticket.',
    [
      "const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');  →  const session = redeem(new URL(request.url ?? '', 'http://localhost').searchParams.get('ticket') ?? '');",
      "const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');  →  const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? 'mutant');",
      "const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');  →  const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket'));",
      "const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');  →  const session = redeem(new URL(request.url, 'http://localhost').searchParams.get('ticket') ?? '');",
    ],
  ],
  [
    'Everybody here answers a goodbye: exercise 10 is about those who do not.',
    [
      'const timer = setTimeout(() => socket.terminate(), 2_000);  →  const timer = setTimeout(() => socket, 2_000);',
      'const timer = setTimeout(() => socket.terminate(), 2_000);  →  const timer = setTimeout(() => socket.terminate());',
      'const timer = setTimeout(() => socket.terminate(), 2_000);  →  const timer = setTimeout(() => socket.terminate(), (1999));',
      'const timer = setTimeout(() => socket.terminate(), 2_000);  →  const timer = setTimeout(() => socket.terminate(), 2001);',
    ],
  ],
  [
    'No session has this token.',
    [
      "const token = readCookie(request) ?? '';  →  const token = readCookie(request) ?? 'mutant';",
      "const token = readCookie(request) ?? '';  →  const token = readCookie(request);",
    ],
  ],
  [
    'The reasons of goodbyes are free.',
    [
      "else dismiss(socket, 1008, 'Too many errors.');  →  else dismiss(socket, 1008);",
      "else dismiss(socket, 1008, 'Too many errors.');  →  else dismiss(socket, 1008, '');",
      "for (const socket of sockets) dismiss(socket, 4401, 'You are logged out.');  →  for (const socket of sockets) dismiss(socket, 4401);",
      "for (const socket of sockets) dismiss(socket, 4401, 'You are logged out.');  →  for (const socket of sockets) dismiss(socket, 4401, '');",
      'socket.close(code, reason);  →  socket.close(code);',
    ],
  ],
  [
    'The protocol has no other type.',
    [
      "else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });  →  else if (true) send(socket, { type: 'pong', at: now() });",
    ],
  ],
  [
    'The protocol has no other type. That it has none, the type checker watches.',
    [
      'else received satisfies never; // A new type in the protocol is an error here, until we handle it.  →  else ; // A new type in the protocol is an error here, until we handle it.',
    ],
  ],
  [
    'What is over is looked at when it is used. That it is forgotten takes no place in the memory, which nobody sees here.',
    [
      'for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) tickets.delete(old);  →  for (const [old, { endsAt }] of tickets) if (endsAt < performance.now()) tickets.delete(old);',
      'for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) tickets.delete(old);  →  for (const [old, { endsAt }] of tickets) if (endsAt <= performance) tickets.delete(old);',
      'for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) tickets.delete(old);  →  for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) ;',
      'for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) tickets.delete(old);  →  for (const [old, { endsAt }] of tickets) if (false) tickets.delete(old);',
    ],
  ],
  [
    'Who is closed gets nothing more. It takes memory, which nobody sees here.',
    ['gather.leave(socket);  →  ;'],
  ],
  [
    'Everybody here reads: exercise 11 is about those who do not.',
    [
      "if (isBusy(socket)) return 'too-fast'; // It has not read what it had.  →  if (false) return 'too-fast'; // It has not read what it had.",
      "if (isBusy(socket)) return 'too-fast'; // It has not read what it had.  →  if (isBusy(socket)) return ''; // It has not read what it had.",
      "if (isBusy(socket)) return 'too-fast'; // It has not read what it had.  →  if (isBusy(socket)) return; // It has not read what it had.",
    ],
  ],
  [
    'Nobody sends a ping of the protocol here: exercise 10 is about that.',
    [
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (false) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState !== WebSocket.OPEN && !mayAsk('ping')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState === WebSocket.OPEN && !mayAsk('')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) ;",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState === WebSocket.OPEN && mayAsk('ping')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (socket.readyState === WebSocket.OPEN || !mayAsk('ping')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');  →  if (true) err('too-fast');",
      "socket.on('ping', () => {  →  socket.on('', () => {",
      "socket.on('ping', () => { if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast'); });  →  ;",
    ],
  ],
  [
    'Whom this does not name serveLesson refuses by itself, with 403. The check connects to the own page alone.',
    [
      "origins: ['http://localhost:*', 'http://127.0.0.1:*'],  →  origins: ['', 'http://127.0.0.1:*'],",
      "origins: ['http://localhost:*', 'http://127.0.0.1:*'],  →  origins: ['http://localhost:*', ''],",
    ],
  ],
  [
    'The answer must be JSON. Whether it says so is free.',
    [
      "response.setHeader('Content-Type', 'application/json');  →  ;",
      "response.setHeader('Content-Type', 'application/json');  →  response.setHeader('Content-Type', '');",
    ],
  ],
  [
    'A millisecond more or less.',
    [
      'return found && performance.now() < found.endsAt ? sessions.get(found.token) : undefined;  →  return found && performance.now() <= found.endsAt ? sessions.get(found.token) : undefined;',
    ],
  ],
  [
    'JSON.stringify writes a Date in the same way as toISOString does.',
    ['return new Date().toISOString();  →  return new Date();'],
  ],
  [
    '16 bytes or more.',
    [
      "return randomBytes(32).toString('base64url');  →  return randomBytes((31)).toString('base64url');",
      "return randomBytes(32).toString('base64url');  →  return randomBytes(33).toString('base64url');",
    ],
  ],
  [
    'The timer of a connection that has ended does nothing.',
    [
      "socket.on('close', () => clearTimeout(timer));  →  ;",
      "socket.on('close', () => clearTimeout(timer));  →  socket.on('', () => clearTimeout(timer));",
    ],
  ],
  [
    'To close what is closed does nothing. It takes memory, which nobody sees here.',
    [
      "socket.on('close', () => session.sockets.delete(socket));  →  ;",
      "socket.on('close', () => session.sockets.delete(socket));  →  socket.on('', () => session.sockets.delete(socket));",
    ],
  ],
  [
    'The clients of the check hang up by themselves when they are refused.',
    [
      "tcp.on('error', () => tcp.destroy());  →  ;",
      "tcp.on('error', () => tcp.destroy());  →  tcp.on('', () => tcp.destroy());",
      "tcp.on('error', () => tcp.destroy());  →  tcp.on('error', () => tcp);",
      "tcp.once('finish', () => tcp.destroy());  →  ;",
      "tcp.once('finish', () => tcp.destroy());  →  tcp.once('', () => tcp.destroy());",
      "tcp.once('finish', () => tcp.destroy());  →  tcp.once('finish', () => tcp);",
    ],
  ],
];

export const equivalent: Equivalent[] = all.flatMap(([why, mutants]) =>
  mutants.map((mutant) => ({ mutant, why })),
);
