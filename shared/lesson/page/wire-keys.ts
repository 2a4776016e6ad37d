/** The keys of the wire view: the list is one stop of the Tab key, and in it the arrow keys go from arrow to arrow. */

export type Keys = {
  /** Rows came, left or were hidden. Exactly one arrow can be reached by Tab: the last one used, else the newest. */
  settle: () => void;
};

/** So many rows are a page. */
const PAGE = 8;

/** @param onMove the focus went to this arrow by a key */
export function listenToKeys(list: HTMLElement, onMove: (button: HTMLButtonElement) => void): Keys {
  let stop: HTMLButtonElement | undefined;
  let isUsed = false;

  function arrows(): HTMLButtonElement[] {
    return [...list.querySelectorAll<HTMLButtonElement>('li:not([hidden]) > .wire-arrow')];
  }

  function stopAt(button: HTMLButtonElement | undefined): void {
    if (stop) stop.tabIndex = -1;
    stop = button;
    if (stop) stop.tabIndex = 0;
  }

  list.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    isUsed = true;
    stopAt(target);
  });
  list.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (!(target instanceof HTMLButtonElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = arrows();
    const next = nextOf(key, all.indexOf(target), all.length);
    const button = next === undefined ? undefined : all[next];
    if (!button) return;
    event.preventDefault();
    button.focus();
    onMove(button);
  });

  return {
    settle() {
      const isThere = stop?.isConnected && !stop.closest('[hidden]');
      if (isThere && isUsed) return;
      isUsed = false;
      stopAt(arrows().at(-1));
    },
  };
}

function nextOf(key: string, at: number, length: number): number | undefined {
  const next: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: length - 1,
  };
  const wanted = next[key];
  return wanted === undefined ? undefined : Math.max(0, Math.min(length - 1, wanted));
}
