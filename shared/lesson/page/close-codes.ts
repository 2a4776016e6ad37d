/** Close codes in words, for the pages and for the wire view. */

/** What the close codes mean (RFC 6455, section 7.4.1). */
const CLOSE_CODES: Record<number, string> = {
  1000: 'Closed in the normal way.',
  1001: 'The other side went away: it was shut down, or somebody left the page.',
  1002: 'One side broke the rules of the protocol.',
  1003: 'One side got a kind of data that it does not take.',
  1005: 'Closed in the normal way, without a code.',
  1006: 'The connection was lost, or could not be made. Is the server running?',
  1007: 'A text was not valid UTF-8.',
  1008: 'The server does not allow what was sent.',
  1009: 'A message was too big.',
  1011: 'The server met an error that it did not expect.',
  1012: 'The server restarts.',
  1013: 'The server is too busy. Try again later.',
};

/** Says in words why a connection closed. The arguments are those of the close event. */
export function closeReason(code: number, reason = ''): string {
  const meaning = CLOSE_CODES[code] ?? 'The server gave a code of its own.';
  const given = reason === '' ? '' : ` The reason given: “${reason}”`;
  return `Code ${code}. ${meaning}${given}`;
}
