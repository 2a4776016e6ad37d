/** Looks for an entry of an index: what does not match is hidden, and the page says how many do. */
import { find } from '#shared/lesson/page/find.ts';
import { findEntries } from './search-words.ts';

/** Lets the search work, where the page has one. */
export function openSearch(): void {
  const box = document.querySelector<HTMLInputElement>('#search');
  if (!box) return;
  const entries = [...document.querySelectorAll<HTMLElement>('.entry')];
  // As it is when the page is new: what an experiment prints later is no part of it.
  const known = entries.map((entry) => ({
    title: entry.querySelector('h3')?.textContent ?? '',
    text: entry.textContent ?? '',
  }));
  // What is found stands before all else, the best first. Without a question each is in its own place.
  const places = entries.map((entry) => {
    const place = document.createComment('');
    entry.before(place);
    return place;
  });
  const results = find('#results', HTMLElement);
  const [found, nothing] = [find('#found', HTMLElement), find('#nothing', HTMLElement)];

  const show = () => {
    const { entries: fitting, hasAll } = findEntries(known, box.value);
    const isAsked = box.value.trim() !== '';
    for (const [at, entry] of entries.entries()) {
      entry.hidden = !fitting.includes(at);
      places[at]?.after(entry);
    }
    const title = results.querySelector('h2');
    if (title) title.hidden = !isAsked || fitting.length === 0;
    if (isAsked) results.append(...fitting.flatMap((at) => entries[at] ?? []));
    for (const other of document.querySelectorAll<HTMLElement>('.results ~ p, .results ~ h2'))
      other.hidden = isAsked;
    nothing.hidden = fitting.length > 0;
    found.textContent = words(fitting.length, entries.length, hasAll, isAsked);
  };

  box.addEventListener('input', show);
  box.addEventListener('keydown', (event) => {
    const first = document.querySelector<HTMLElement>('.entry:not([hidden])');
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
