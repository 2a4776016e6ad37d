/** Looks whether the lesson's server is there, again and again: it may have crashed, or have been started anew. */

export type Lookout = {
  /** Looks now. What is wrong is said, and not thrown. */
  glance: () => void;
  /** Resolves when all is well. @throws where it does not become so */
  there: () => Promise<void>;
};

/** In ms: how often to look, and how often while the server is away. */
const CALM = 2000;
const ANXIOUS = 200;
/** In ms: a server that starts again is there within this. */
const PATIENCE = 10_000;

/**
 * @param mend looks at the server, and brings in order what is not. It throws where the server is away.
 * @param say shows a sentence: what is wrong, or '' where nothing is
 */
export function createLookout(mend: () => Promise<void>, say: (sentence: string) => void): Lookout {
  let looking: Promise<void> | undefined;
  let timer = 0;

  /** One look at a time. */
  function look(): Promise<void> {
    window.clearTimeout(timer);
    looking ??= mend()
      .then(
        () => {
          say('');
          timer = window.setTimeout(glance, CALM);
        },
        (error: unknown) => {
          say(error instanceof Error ? error.message : String(error));
          timer = window.setTimeout(glance, ANXIOUS);
          throw error;
        },
      )
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  function glance(): void {
    // A look that is under way may have passed over what is new.
    (looking?.catch(() => {}) ?? Promise.resolve()).then(look).catch(() => {}); // It was said.
  }

  return {
    glance,
    async there() {
      for (const start = performance.now(); ; ) {
        try {
          return await look();
        } catch (error) {
          if (performance.now() - start > PATIENCE) throw error;
          await new Promise((resolve) => window.setTimeout(resolve, ANXIOUS));
        }
      }
    },
  };
}
