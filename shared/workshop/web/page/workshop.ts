/** What moves on a page of the workshop: the news that it hears, and the parts that show them. */
import { find } from '#shared/lesson/page/find.ts';
import type { News, States } from '#shared/workshop/web/messages.ts';
import { openCheckPanel, showCheck, showDiff } from './check-panel.ts';
import { addCopyButtons } from './copy.ts';
import { setText } from './elements.ts';
import { openExperiments, showChange, showRefusal } from './experiments.ts';
import { openLink, wish } from './link.ts';
import { forgetServer, openServerPanel, showLog, showServer, startForReader } from './server-panel.ts';
import { openOutline, openTabs } from './tabs.ts';

const folder = document.body.dataset.folder ?? '';

openOutline();
openTabs(startForReader);
if (folder !== '') openServerPanel();
openExperiments(folder !== '');
addCopyButtons();
if (document.querySelector('#check')) openCheckPanel();
openLink({
  opened() {
    forgetServer();
    if (folder !== '') wish({ type: 'look', folder });
  },
  heard: hear,
});

function hear(news: News): void {
  if (news.type === 'progress') showProgress(news);
  if (folder === '') return;
  if (news.type === 'server') {
    showServer(news);
    showChange(news);
  }
  if (news.type === 'log') showLog(news.lines, news.all);
  if (news.type === 'check') showCheck(news);
  if (news.type === 'diff') showDiff(news.lines);
  if (news.type === 'note') {
    find('#note', HTMLElement).textContent = news.text;
    showRefusal(news.text);
  }
}

function showProgress({ states, trouble }: States): void {
  setText('#trouble', trouble);
  for (const [place, state] of Object.entries(states)) {
    for (const item of document.querySelectorAll<HTMLElement>(`li[data-folder="${place}"]`)) {
      item.dataset.state = state;
      const words = item.querySelector('.state');
      if (words) words.textContent = state;
    }
  }
}
