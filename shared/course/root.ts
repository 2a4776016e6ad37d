/** Where the course is on this machine. */
import { fileURLToPath } from 'node:url';

/** The folder of the course, as an absolute path that ends with a separator. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
