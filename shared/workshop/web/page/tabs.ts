/** The outline of the course, and the tabs of a page. */
import { find } from '#shared/lesson/page/find.ts';

const menu = find('#menu', HTMLButtonElement);
const tabs = [...document.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
const panels = tabs.map((tab) => tab.getAttribute('aria-controls') ?? '');
/** On a wide screen the text is always there, and the tabs choose what stands beside it. */
const wide = window.matchMedia('(width >= 64rem)');

/** Lets the outline open and close. */
export function openOutline(): void {
  menu.addEventListener('click', () => showMenu(menu.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
      showMenu(false);
      menu.focus();
    }
  });
}

/** Lets the tabs choose a part of the page, which the address names, too. `selected` hears of each choice. */
export function openTabs(selected: () => void): void {
  if (tabs.length === 0) return;
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener('click', () => {
      const panel = panels[at] ?? '';
      selectTab(panel);
      selected();
      history.replaceState(null, '', panel === 'read' ? location.pathname : `#${panel}`);
    });
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const shown = tabs.filter(({ offsetParent }) => offsetParent !== null);
      const next = shown.at((shown.indexOf(tab) + step) % shown.length);
      if (step === 0 || !next) return;
      next.focus();
      next.click();
    });
  }
  const followHash = () => {
    const wanted = location.hash.slice(1);
    selectTab(panels.includes(wanted) ? wanted : 'read');
    selected();
  };
  followHash();
  window.addEventListener('hashchange', followHash);
  wide.addEventListener('change', followHash);
}

function showMenu(isOpen: boolean): void {
  menu.setAttribute('aria-expanded', String(isOpen));
}

function selectTab(panel: string): void {
  const [, second = panel] = panels;
  const chosen = wide.matches && panel === 'read' ? second : panel;
  document.body.dataset.tab = chosen;
  for (const tab of tabs) {
    const isChosen = tab.getAttribute('aria-controls') === chosen;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
}
