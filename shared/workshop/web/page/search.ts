/** Looks for an entry of an index: what does not match is hidden, and the page says how many do. */
import { find } from '#shared/lesson/page/find.ts';
import { findEntries } from './search-words.ts';

/** Lets the search work, where the page has one. */
export function openSearch(): void {
  const box = document.querySelector<HTMLInputElement>('#search');
  if (!box) return;
  const entries = [...document.querySelectorAll<HTMLElement>('.entry')];
  // As it is when the page is new: what an experiment prints later is no part of it.
  const texts = entries.map(({ textContent }) => textContent ?? '');
  const [found, nothing] = [find('#found', HTMLElement), find('#nothing', HTMLElement)];

  const show = () => {
    const { entries: places, hasAll } = findEntries(texts, box.value);
    for (const [at, entry] of entries.entries()) entry.hidden = !places.includes(at);
    for (const heading of headings()) heading.hidden = isEmpty(heading);
    const isAsked = box.value.trim() !== '';
    for (const words of introduction()) words.hidden = isAsked;
    nothing.hidden = places.length > 0;
    found.textContent = words(places.length, entries.length, hasAll, isAsked);
  };

  box.addEventListener('input', show);
  box.addEventListener('keydown', (event) => {
    const [first] = entries.filter(({ hidden }) => !hidden);
    if (event.key !== 'Enter' || !first) return;
    event.preventDefault();
    first.tabIndex = -1;
    first.focus();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // On a phone the text may be behind another tab.
    if (box.offsetParent === null) find('#tab-read', HTMLButtonElement).click();
    box.focus();
    box.select();
  });
  // A link to an entry that is hidden now must lead to it all the same.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest('.entry[hidden]')) return;
    box.value = '';
    show();
    target.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  show();
}

function words(count: number, all: number, hasAll: boolean, isAsked: boolean): string {
  if (!isAsked) return `${all} symptoms.`;
  if (count === 0) return `None of ${all} matches.`;
  const many = `${count} of ${all}`;
  return hasAll
    ? `${many} ${count === 1 ? 'matches' : 'match'}.`
    : `None has all of these words. ${many} ${count === 1 ? 'has' : 'have'} most of them.`;
}

/** What stands before the first heading. Who has asked for something wants to see that. */
function introduction(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.search ~ p:not(h2 ~ p)')];
}

/** The headings between which the entries stand. */
function headings(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.text > h2')];
}

/** Whether nothing is shown up to the next heading. */
function isEmpty(heading: HTMLElement): boolean {
  for (let next = heading.nextElementSibling; next && next.tagName !== 'H2'; next = next.nextElementSibling) {
    if (next instanceof HTMLElement && next.matches('.entry') && !next.hidden) return false;
  }
  return true;
}
