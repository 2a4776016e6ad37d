/** Whether the learner has read a lesson to its end: whether the end of its text was in view. */
import { wish } from './link.ts';

export type Reading = {
  /** Tells the workshop, where there is something to tell: also when the link to it is there again. */
  tell: () => void;
};

/** Watches the end of a lesson's text, where the page has one. */
export function openReading(): Reading {
  const end = document.querySelector('[data-kind="lesson"] .around');
  let hasRead = false;
  const tell = () => {
    if (hasRead) wish({ type: 'read' });
  };
  if (end) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      hasRead = true;
      tell();
    });
    observer.observe(end);
  }
  return { tell };
}
