/** The tabs of the stage: on a small screen one part of it is shown at a time, and chosen here. */

export type Tabs = {
  /** Adds a tab for a panel. Those of clients come before the others. */
  add: (id: string, title: string, panel: HTMLElement) => void;
  remove: (id: string) => void;
  choose: (id: string) => void;
};

type Tab = { id: string; button: HTMLButtonElement; panel: HTMLElement };

/** @param list the element for the tabs, which is in view on small screens only */
export function createTabs(list: HTMLElement): Tabs {
  let tabs: Tab[] = [];
  let chosen = '';
  const small = window.matchMedia('(width < 40rem)');
  small.addEventListener('change', show);

  function show(): void {
    for (const { id, button, panel } of tabs) {
      const isChosen = id === chosen;
      button.setAttribute('aria-selected', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
      panel.toggleAttribute('data-chosen', isChosen);
      // On a wide screen all are in view: then they are no panels of tabs.
      if (small.matches) panel.setAttribute('role', 'tabpanel');
      else panel.removeAttribute('role');
    }
  }

  function choose(id: string): void {
    chosen = id;
    show();
  }

  list.addEventListener('keydown', (event) => {
    const at = tabs.findIndex(({ button }) => button === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined || at < 0 ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    choose(next.id);
    next.button.focus();
  });

  return {
    add(id, title, panel) {
      const button = document.createElement('button');
      button.type = 'button';
      button.id = `tab-${id}`;
      button.textContent = title;
      button.setAttribute('role', 'tab');
      button.setAttribute('aria-controls', panel.id);
      button.dataset.tab = id;
      button.addEventListener('click', () => choose(id));
      const isClient = panel.classList.contains('client');
      const at = isClient ? tabs.findIndex((tab) => !tab.panel.classList.contains('client')) : -1;
      list.insertBefore(button, tabs[at]?.button ?? null);
      tabs.splice(at < 0 ? tabs.length : at, 0, { id, button, panel });
      show();
    },
    remove(id) {
      tabs.find((tab) => tab.id === id)?.button.remove();
      tabs = tabs.filter((tab) => tab.id !== id);
      if (chosen === id) choose(tabs[0]?.id ?? '');
    },
    choose,
  };
}
