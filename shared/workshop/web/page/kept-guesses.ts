/** What somebody guessed and saw, kept for as long as the tab is open: a page that is loaded again forgets nothing. */

export type Kept = { guess: string | undefined; isUnfolded: boolean };

export function keep(experiment: string, { guess, isUnfolded }: Kept): void {
  try {
    sessionStorage.setItem(keyOf(experiment), `${isUnfolded ? 'seen' : 'guessed'} ${guess ?? ''}`);
  } catch {
    // A browser may forbid it: then the page forgets.
  }
}

export function kept(experiment: string): Kept {
  try {
    const [how, guess] = sessionStorage.getItem(keyOf(experiment))?.split(' ') ?? [];
    return { guess: guess || undefined, isUnfolded: how === 'seen' };
  } catch {
    return { guess: undefined, isUnfolded: false };
  }
}

function keyOf(experiment: string): string {
  return `experiment ${experiment}`;
}
