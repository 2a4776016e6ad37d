/** Files that a page takes in the place of its own: a changed copy's page has the change, too. */

/** Files in whose place others are taken, all named from the root of the course. An absolute path is one, too. */
export type Instead = Record<string, string>;

const VARIABLE = 'COURSE_INSTEAD';

/** For the environment of a lesson's server: its page takes these. The server's own file says nothing of it. */
export function insteadInEnv(instead: Instead): Record<string, string> {
  return Object.keys(instead).length === 0 ? {} : { [VARIABLE]: JSON.stringify(instead) };
}

/** What the environment says that the page shall take. */
export function insteadFromEnv(): Instead {
  return JSON.parse(process.env[VARIABLE] ?? '{}');
}
