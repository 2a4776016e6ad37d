/** The headers that keep a lesson's page to itself, and how a lesson opens them where it must. */

const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  // The stage shows each client at the address of its cable.
  'frame-src': ["'self'", 'http://localhost:*'],
  // Only this page's own stage, and pages of this machine (the workshop), may show it in a frame.
  'frame-ancestors': ["'self'", 'http://localhost:*', 'http://127.0.0.1:*'],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** For each directive of the Content-Security-Policy, sources to allow beside those that it allows already. */
export type MoreSources = Partial<Record<keyof typeof POLICY, string[]>>;

/**
 * Gives the headers that come with every answer.
 *
 * @param more what to allow beside the usual: { 'connect-src': ['http://localhost:*'] }
 * @throws TypeError where that is no directive of the policy, or no source: then it would not only widen it
 */
export function securityHeaders(more: MoreSources = {}): Record<string, string> {
  const policy = new Map<string, string[]>(Object.entries(POLICY));
  for (const [directive, sources] of Object.entries(more)) {
    const own = policy.get(directive);
    const wrong = sources.find((source) => !/^[^\s;,]+$/.test(source) || source === "'none'");
    if (own === undefined) throw new TypeError(`The policy has no directive ${directive}.`);
    if (wrong !== undefined) throw new TypeError(`"${wrong}" is no source that ${directive} could allow.`);
    // 'none' stands alone, or means nothing.
    policy.set(directive, [
      ...own.filter((source) => source !== "'none'" || sources.length === 0),
      ...sources,
    ]);
  }
  return {
    'Content-Security-Policy': [...policy]
      .map(([name, sources]) => `${name} ${sources.join(' ')}`)
      .join('; '),
    // Else any site could load a lesson's client.ts as a script, and call its functions.
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}
