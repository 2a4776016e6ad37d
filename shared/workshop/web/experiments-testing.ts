/** For tests of the workshop: a lesson's text with an experiment of each kind, and none of the lesson's own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the text into a copy of the course.
 *
 * @param root of the copy
 * @param folder of a lesson there: its server has an error listener in one line
 * @returns what brings the lesson's own text back
 */
export function writeExperiments(root: string, folder: string): () => void {
  const readme = join(root, folder, 'README.md');
  const own = readFileSync(readme, 'utf8');
  const server = readFileSync(join(root, folder, 'server.ts'), 'utf8');
  const [listener = ''] = /^ *socket\.on\('error'.*$/m.exec(server) ?? [];
  const [title = ''] = /^# .*$/m.exec(own) ?? [];
  writeFileSync(readme, `${title}\n\n## Break it\n\n${EXPERIMENTS.replaceAll('LISTENER', listener)}`);
  return () => writeFileSync(readme, own);
}

const EXPERIMENTS = `
### 1. Print two lines

It has a line that is longer than the text is wide, so that one sees whether it can be read to its end and copied.

\`\`\`js two-lines right
const socket = new WebSocket(location.href);
socket.onopen = () => { console.log('opened'); socket.close(); };
socket.onclose = () => console.log('closed <b>for good</b>');
\`\`\`

**Guess first.** How many lines?

- One.
- Two, with \`opened\` first.
- Three.

<!-- right: 2 -->

Two lines came.

### 2. Take the listener away

\`\`\`diff server.ts no-listener
-LISTENER
+  // This is where the listener stood, and this comment is one that is far longer than a line of this text can be on any screen.
\`\`\`

\`\`\`bytes unmasked
81 02
68 69
\`\`\`

**Guess first.** Who notices?

- Everybody.
- Nobody.

<!-- right: 1 -->

The server has gone.

<details>
<summary>For the curious</summary>

Not masked.

</details>

### 3. Fail

\`\`\`js too-early
const early = new WebSocket(location.href);
early.send('too early');
\`\`\`

**Guess first.** And?

- It waits.
- It throws.

<!-- right: 2 -->

It throws.

### 4. Print nothing, then a lot

\`\`\`js many third
for (let n = 1; n <= 300; n += 1) console.log('line', n, '<i>'.repeat(1000));
\`\`\`

**Guess first.** Are all of them shown?

- Yes.
- No.

<!-- right: 2 -->

The last 200.
`;
