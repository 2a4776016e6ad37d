/** Where a file of the course is read in the workshop. */

/** The page of the workshop for a file. @param file named from the root, with slashes: 'lessons/03/server.ts' */
export function placeOf(file: string): string {
  const readme = /^(lessons|exercises)\/(\d\d)(?:\/README\.md)?$/.exec(file);
  if (readme) return `/${readme[1]}/${readme[2]}`;
  // A text that is no lesson stands beside the folder that it is about.
  const beside = /^(lessons\/[a-z-]+)(?:\.md)?$/.exec(file);
  if (beside) return `/${beside[1]}`;
  const hints = /^exercises\/(\d\d)\/hints\.md$/.exec(file);
  if (hints) return `/exercises/${hints[1]}#check`;
  if (file === 'README.md' || file === '.') return '/';
  return `/${file}`;
}
