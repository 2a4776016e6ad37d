/** What a lesson adds to its server: answers of its own, and sources that its policy allows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, scratchFolder, upgrade } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { securityHeaders } from './security-headers.ts';

const scratch = scratchFolder();

const OPTIONS = `{
  csp: { 'connect-src': ['http://localhost:*'] },
  routes: {
    'POST /ticket': (request, response) => void response.end('a ticket for ' + request.url),
    'GET /open': async (_, response) => {
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      response.writeHead(201, { 'Content-Type': 'text/plain' }).end('open');
    },
    'GET /throws': (_, response) => {
      response.setHeader('Content-Length', '3');
      throw new Error('thrown on purpose');
    },
    'GET /rejects': async () => {
      throw new Error('rejected on purpose');
    },
    'GET /half': (_, response) => {
      response.write('half');
      throw new Error('half on purpose');
    },
  },
}`;

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(await scratch.serverOf('lessons/01', OPTIONS));
});
afterAll(() => server.stop());

describe('a route', () => {
  test('answers its method and path, whatever the query, with the headers of every answer', async () => {
    const { status, headers, body } = await get(server.url, '/ticket?for=alice', {}, 'POST');
    expect([status, body]).toEqual([200, 'a ticket for /ticket?for=alice']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    for (const [method, path] of [
      ['GET', '/ticket'],
      ['POST', '/tickets'],
      ['POST', '/ticket/'],
    ] as const) {
      expect((await get(server.url, path, {}, method)).status).toBe(404);
    }
  });

  test('may set other headers, by their name', async () => {
    const { status, headers } = await get(server.url, '/open');
    expect([status, headers['cross-origin-resource-policy']]).toEqual([201, 'cross-origin']);
    expect(headers['cache-control']).toBe('no-store');
  });

  test('is not asked by another host', async () => {
    const { status, body } = await get(server.url, '/ticket', { Host: 'evil.example' }, 'POST');
    expect([status, body]).toEqual([403, 'This server answers to its own name only.\n']);
  });

  test.each([
    ['/throws', 'thrown'],
    ['/rejects', 'rejected'],
  ])('that fails (%s) answers 500, says why on the terminal, and the server goes on', async (path, how) => {
    const { status, headers, body } = await get(server.url, path);
    expect([status, body]).toEqual([500, 'The server could not answer this. Its terminal says why.\n']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    await expect.poll(server.output).toContain(`${how} on purpose`);
    expect((await get(server.url, '/')).status).toBe(200);
    expect(await upgrade(server)).toBe(101);
  });

  test('that fails in the middle does not look as if it were complete', async () => {
    await expect(get(server.url, '/half')).rejects.toThrow('aborted');
    expect((await get(server.url, '/')).status).toBe(200);
  });
});

describe('the policy', () => {
  const PLAIN = securityHeaders()['Content-Security-Policy'];

  test('is widened where the lesson says so, and nowhere else', async () => {
    const { headers } = await get(server.url, '/');
    expect(headers['content-security-policy']).toBe(
      PLAIN?.replace("connect-src 'self'", "connect-src 'self' http://localhost:*"),
    );
  });

  test("loses 'none' where something is allowed, which would not count beside it", () => {
    const policy = securityHeaders({ 'form-action': ["'self'"], 'base-uri': [] })['Content-Security-Policy'];
    expect(policy).toBe(PLAIN?.replace("form-action 'none'", "form-action 'self'"));
  });

  test.each([
    { 'worker-src': ['blob:'] },
    { 'connect-src': ["'none'"] },
    { 'connect-src': ["ws: ; script-src 'unsafe-inline'"] },
    { 'connect-src': [''] },
  ])('cannot be narrowed or rewritten: %o', (more) => {
    expect(() => securityHeaders(more)).toThrow(TypeError);
  });
});
