/** One broken frame, and no listener for errors: a process ends. Here it is one of its own. */
import { dieAs } from './doomed.ts';

await dieAs('An unhandled error', 'unhandled');
