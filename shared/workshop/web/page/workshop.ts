/** What moves on a page of the workshop: the news that it hears, and the parts that show them. */
import { find } from '#shared/lesson/page/find.ts';
import type { News, States } from '#shared/workshop/web/messages.ts';
import { openCheckPanel, showCheck, showDiff } from './check-panel.ts';
import { addCopyButtons } from './copy.ts';
import { openDemo, showDemo } from './demo.ts';
import { setText } from './elements.ts';
import { forgetProgram, openExperiments, showChange, showProgram, showRefusal } from './experiments.ts';
import { openLink, wish } from './link.ts';
import { openReading } from './reading.ts';
import { openSearch } from './search.ts';
import { forgetServer, openServerPanel, showLog, showServer, startForReader } from './server-panel.ts';
import { openOutline, openTabs } from './tabs.ts';
import { openTaskPanel, showTask, showWhose } from './task-panel.ts';

const folder = document.body.dataset.folder ?? '';
const demo = document.querySelector<HTMLElement>('#demo');
/** What is looked at: a lesson, an exercise, or on the home page the lesson that is shown there. */
const looked = demo?.dataset.folder ?? folder;

openOutline();
openTabs(startForReader);
if (folder !== '') openServerPanel();
openExperiments(folder !== '');
addCopyButtons();
openSearch();
if (document.querySelector('#check')) openCheckPanel();
if (document.querySelector('#task')) openTaskPanel();
const reading = openReading();
openLink({
  opened() {
    forgetServer();
    forgetProgram();
    if (demo) openDemo(demo);
    if (looked !== '') wish({ type: 'look', folder: looked });
    reading.tell();
  },
  heard: hear,
});

function hear(news: News): void {
  if (news.type === 'progress') showProgress(news);
  if (demo && news.type === 'server') showDemo(news);
  if (folder === '') return;
  if (news.type === 'server') {
    showServer(news);
    showChange(news);
    showWhose(news);
  }
  if (news.type === 'task') showTask(news);
  if (news.type === 'program') showProgram(news);
  if (news.type === 'log') showLog(news.lines, news.all);
  if (news.type === 'check') showCheck(news);
  if (news.type === 'diff') showDiff(news.lines);
  if (news.type === 'note') {
    find(news.about ? '#task-note' : '#note', HTMLElement).textContent = news.text;
    if (!news.about) showRefusal(news.text);
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
