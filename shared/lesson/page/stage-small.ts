/** The small stage, for a page that shows it beside other things: /stage?small has one client and its wire. */

/** Whether this is one. Then it looks like one from now on. */
export function isSmallStage(): boolean {
  if (!new URLSearchParams(location.search).has('small')) return false;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/shared/lesson/page/stage-small.css';
  document.head.append(link);
  document.body.classList.add('small');
  return true;
}
