/** A client that goes while the server still thinks about its upgrade: a process ends. Here it is one of its own. */
import { dieAs } from './doomed.ts';

await dieAs('ECONNRESET', 'reset');
