/** Runs a command of the learner's: its exit code, its errors as sentences, and an end when it is told to end. */

/**
 * Runs the command. A signal that ends a process ends it in the usual way, so that what it has started ends with it.
 *
 * @param failed the exit code where the command throws; what it throws is printed without a stack
 * @param command gives the exit code
 */
export async function run(failed: number, command: () => Promise<number>): Promise<void> {
  // process.exit tells everybody who listens to 'exit'. A signal alone would not.
  for (const [signal, number] of [['SIGINT', 2] as const, ['SIGTERM', 15] as const, ['SIGHUP', 1] as const]) {
    process.on(signal, () => process.exit(128 + number));
  }
  // Who reads our output may have enough of it: npm run list | head -1
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = failed;
  }
}
