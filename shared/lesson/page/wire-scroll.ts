/** What scrolls in the wire view: the newest row stays in view, unless the reader has scrolled up. */
import { make, makeButton } from './make.ts';

export type Scroll = {
  element: HTMLElement;
  /** Does what adds rows at the end. @param read the row that the reader has opened: then nothing moves */
  follow: (work: () => void, read: HTMLElement | undefined) => void;
  /** The place for rows has another size now. */
  keepInView: (row: HTMLElement | undefined) => void;
};

/** So near to the end, in px, is at the end. */
const NEAR = 48;
/** So much of it is behind the heads, in px. */
const HEAD = 40;

/** @param parts what scrolls, from above to below */
export function makeScroll(parts: HTMLElement[]): Scroll {
  const element = make('div', 'wire-list');
  const box = make('div', 'wire-box');
  const sheet = make('div', 'wire-sheet');
  sheet.append(...parts);
  box.append(sheet);
  const newest = makeButton('Newest', () => {
    toEnd();
    sheet.querySelector<HTMLElement>('.wire-arrow[tabindex="0"]')?.focus({ preventScroll: true });
  });
  newest.className = 'wire-newest';
  newest.hidden = true;
  element.append(box, newest);
  let isFollowing = true;

  const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  const toEnd = () => {
    box.scrollTop = box.scrollHeight;
    newest.hidden = true;
  };
  const firstInView = () =>
    [...sheet.querySelectorAll<HTMLElement>('li:not([hidden])')].find(
      ({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > box.scrollTop + HEAD,
    );
  box.addEventListener('scroll', () => {
    isFollowing = isAtEnd();
    if (isFollowing) newest.hidden = true;
  });
  new ResizeObserver(() => {
    if (isFollowing) toEnd();
  }).observe(box);

  return {
    element,
    follow(work, read) {
      const wasAtEnd = isAtEnd();
      // Rows above it may leave, or need another height: what one looks at stays where it is.
      const anchor = read ?? (wasAtEnd ? undefined : firstInView());
      const before = anchor?.offsetTop ?? 0;
      work();
      isFollowing = wasAtEnd && !read;
      if (isFollowing) toEnd();
      else if (anchor?.isConnected) box.scrollTop += anchor.offsetTop - before;
      newest.hidden = isAtEnd();
    },
    keepInView(row) {
      if (row) isFollowing = false;
      row?.scrollIntoView({ block: 'nearest' });
    },
  };
}
