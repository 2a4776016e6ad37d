/** What moves on a page of the workshop: its own WebSocket, the tabs, the verdict, and the running server. */
import { find } from '#shared/lesson/page/find.ts';
import type { CheckNews, LogLine, News, ServerNews, TextPart, Wish } from '#shared/workshop/web/messages.ts';

const folder = document.body.dataset.folder ?? '';

// The link to the workshop: one WebSocket, which comes back by itself.

/** Milliseconds: the wait after the first failure, and the longest one. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

let socket: WebSocket;
let failures = 0;
let retry = 0;
/** What the server of this page does, as far as we know, and whether this page has asked for its start. */
let serverState: ServerNews['state'] | undefined;
let hasAsked = false;

connect();

function connect(): void {
  clearTimeout(retry);
  socket = new WebSocket(`ws://${location.host}/link`);
  socket.addEventListener('open', () => {
    failures = 0;
    hasAsked = false;
    showLink('open', 'Connected');
    if (folder !== '') wish({ type: 'look', folder });
  });
  socket.addEventListener('message', ({ data }) => hear(JSON.parse(String(data))));
  socket.addEventListener('close', () => {
    failures += 1;
    // Full jitter: pages that lost the same server at once do not all come back at once.
    const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    retry = window.setTimeout(connect, wait);
    showLink('closed', 'The workshop is away. Is it still running? npm start');
  });
}

for (const event of ['online', 'focus']) {
  window.addEventListener(event, () => {
    if (socket.readyState === WebSocket.CLOSED) connect();
  });
}

function wish(what: Wish): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function showLink(state: 'open' | 'closed', words: string): void {
  document.body.dataset.link = state;
  find('#link', HTMLElement).textContent = words;
  for (const button of document.querySelectorAll<HTMLButtonElement>('.desk section button')) {
    button.disabled = state === 'closed';
  }
}

function hear(news: News): void {
  if (news.type === 'progress') showProgress(news.states);
  if (folder === '') return;
  if (news.type === 'server') showServer(news);
  if (news.type === 'log') showLog(news.lines, news.all);
  if (news.type === 'check') showCheck(news);
  if (news.type === 'diff') showDiff(news.lines);
  if (news.type === 'note') find('#note', HTMLElement).textContent = news.text;
}

function showProgress(states: Record<string, string>): void {
  for (const [place, state] of Object.entries(states)) {
    for (const item of document.querySelectorAll<HTMLElement>(`li[data-folder="${place}"]`)) {
      item.dataset.state = state;
      const words = item.querySelector('.state');
      if (words) words.textContent = state;
    }
  }
}

// The course's outline, and the tabs.

const menu = find('#menu', HTMLButtonElement);
menu.addEventListener('click', () => showMenu(menu.getAttribute('aria-expanded') !== 'true'));
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
    showMenu(false);
    menu.focus();
  }
});

function showMenu(isOpen: boolean): void {
  menu.setAttribute('aria-expanded', String(isOpen));
}

const tabs = [...document.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
const panels = tabs.map((tab) => tab.getAttribute('aria-controls') ?? '');

/** On a wide screen the text is always there, and the tabs choose what stands beside it. */
const wide = window.matchMedia('(width >= 64rem)');

function selectTab(panel: string): void {
  const [, second = panel] = panels;
  const chosen = wide.matches && panel === 'read' ? second : panel;
  document.body.dataset.tab = chosen;
  startForReader();
  for (const tab of tabs) {
    const isChosen = tab.getAttribute('aria-controls') === chosen;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
}

for (const [at, tab] of tabs.entries()) {
  tab.addEventListener('click', () => {
    const panel = panels[at] ?? '';
    selectTab(panel);
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

function followHash(): void {
  const wanted = location.hash.slice(1);
  selectTab(panels.includes(wanted) ? wanted : 'read');
}

if (tabs.length > 0) {
  followHash();
  window.addEventListener('hashchange', followHash);
  wide.addEventListener('change', followHash);
}

// The running server.

const LOG_LINES = 300;
const STATES = { stopped: 'Stopped', starting: 'Starting …', running: 'Running', crashed: 'Crashed' };

let loaded = '';

if (folder !== '') {
  find('#restart', HTMLButtonElement).addEventListener('click', () => wish({ type: 'restart' }));
  find('#stop', HTMLButtonElement).addEventListener('click', () =>
    wish({ type: serverState === 'stopped' || serverState === 'crashed' ? 'start' : 'stop' }),
  );
}

/** Starts the server once, when its part of the page is first in view: nothing runs that nobody looks at. */
function startForReader(): void {
  if (hasAsked || serverState !== 'stopped' || document.body.dataset.tab !== 'try') return;
  hasAsked = true;
  wish({ type: 'start' });
}

function showServer({ state, url, sentence, fresh }: ServerNews): void {
  serverState = state;
  startForReader();
  const isUp = state === 'running' && url !== undefined;
  find('#state', HTMLElement).textContent = isUp ? `Running on ${url.replace('http://', '')}` : STATES[state];
  find('#state', HTMLElement).dataset.state = state;
  find('#stop', HTMLButtonElement).textContent =
    state === 'stopped' || state === 'crashed' ? 'Start' : 'Stop';
  const crash = find('#crash', HTMLElement);
  crash.textContent = sentence ?? '';
  crash.hidden = sentence === undefined;
  const stage = find('#stage', HTMLIFrameElement);
  const ownWindow = find('#window', HTMLAnchorElement);
  stage.hidden = !isUp;
  ownWindow.hidden = !isUp;
  const curtain = find('#curtain', HTMLElement);
  curtain.hidden = isUp;
  curtain.textContent =
    state === 'starting' ? 'The server starts …' : 'The server does not run. Start brings it back.';
  const address = isUp ? `${url}/stage#${fresh}` : '';
  if (isUp) ownWindow.href = url;
  if (isUp && address !== loaded) stage.src = `${url}/stage?${fresh}`;
  loaded = address;
}

function showLog(lines: LogLine[], all: boolean): void {
  const list = find('#log', HTMLOListElement);
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  if (all) list.replaceChildren();
  list.append(
    ...lines.slice(-LOG_LINES).map(({ kind, text }) => {
      const item = document.createElement('li');
      item.className = kind;
      item.textContent = text;
      return item;
    }),
  );
  while (list.childElementCount > LOG_LINES) list.firstElementChild?.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

// The check.

if (document.querySelector('#check')) {
  const buttons = { edit: 'edit', again: 'check', hint: 'hint' } as const;
  for (const [id, type] of Object.entries(buttons)) {
    find(`#${id}`, HTMLButtonElement).addEventListener('click', () => wish({ type }));
  }
  find('#compare', HTMLButtonElement).addEventListener('click', async () => {
    const text = 'This is not solved yet. Show how your answer differs from the reference all the same?';
    if (isSolved || (await ask(text))) wish({ type: 'diff' });
  });
  find('#reset', HTMLButtonElement).addEventListener('click', async () => {
    const text = 'Put the exercise back to its start? Your answer is kept as a copy beside it.';
    if (await ask(text)) wish({ type: 'reset' });
  });
}

let isSolved = false;

function showCheck({ isChecking, verdict, probably, hints, others }: CheckNews): void {
  isSolved = verdict?.solved === true;
  const check = find('#check', HTMLElement);
  check.setAttribute('aria-busy', String(isChecking));
  if (!verdict) {
    find('#summary', HTMLElement).textContent = 'Checking …';
    return;
  }
  const passed = verdict.tests.filter((test) => test.passed).length;
  const count = `${passed} of ${verdict.tests.length} tests pass.`;
  check.dataset.verdict = isSolved ? 'solved' : verdict.problem === undefined ? 'open' : 'broken';
  find('#summary', HTMLElement).textContent = isSolved
    ? `Solved: all ${verdict.tests.length} tests pass.`
    : verdict.problem === undefined
      ? count
      : 'Your server could not be checked.';
  setText('#problem', verdict.problem);
  const guess =
    probably && `${probably.isGuess ? 'Perhaps' : 'What probably happened'}: ${probably.sentence}`;
  setText('#probably', guess);

  const first = verdict.tests.find((test) => !test.passed);
  const items = verdict.tests.map((test) => {
    const item = make('li', test.passed ? 'passed' : 'failed');
    const state = verdict.problem === undefined ? (test.passed ? 'passes' : 'fails') : 'not tried';
    item.append(make('span', 'for-ears', `${state}: `), make('span', 'title', test.title));
    if (verdict.problem !== undefined) item.className = 'waiting';
    else if (!test.passed && test.sentence !== undefined) item.append(make('p', '', test.sentence));
    if (test === first && test.conversation) {
      const said = make('pre', 'conversation', test.conversation.join('\n'));
      said.tabIndex = 0;
      said.setAttribute('aria-label', 'What was said');
      item.append(said);
    }
    return item;
  });
  if (verdict.whyNotChecked !== undefined) {
    items.push(make('li', 'waiting', `The page (client.ts) was not checked. ${verdict.whyNotChecked}`));
  }
  find('#tests', HTMLOListElement).replaceChildren(...items);
  showHints(hints);
  showDone(others);
}

function showHints(hints: CheckNews['hints']): void {
  const section = find('#hints', HTMLElement);
  section.hidden = hints === undefined;
  if (!hints) return;
  find('#hints ol', HTMLOListElement).replaceChildren(
    ...hints.shown.map((parts) => {
      const item = make('li', '');
      item.append(...parts.map(showPart));
      return item;
    }),
  );
  const button = find('#hint', HTMLButtonElement);
  const { length } = hints.shown;
  button.hidden = length === hints.of;
  button.textContent = length === 0 ? 'Show a hint' : `Show hint ${length + 1} of ${hints.of}`;
}

function showPart({ text, isCode, href }: TextPart): HTMLElement {
  if (isCode) return make('code', '', text);
  const element = make(href === undefined ? 'span' : 'a', '', text);
  if (href !== undefined) element.setAttribute('href', href);
  return element;
}

function showDone(others: string[] | undefined): void {
  const done = find('#done', HTMLElement);
  done.hidden = others === undefined;
  if (!others) return;
  const list = make('ul', '');
  for (const path of others) {
    const link = make('a', '', path);
    link.setAttribute('href', `/${path}`);
    const item = make('li', '');
    item.append(link);
    list.append(item);
  }
  done.replaceChildren(make('p', '', 'These answers are right, too. Each is built differently:'), list);
}

function showDiff(lines: string[]): void {
  const section = find('#diff', HTMLElement);
  const kinds: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };
  const shown = lines.map((line) => make('span', kinds[line[0] ?? ''] ?? '', `${line}\n`));
  const pre = make('pre', '');
  pre.append(...shown);
  const words =
    lines.length === 0
      ? 'Your answer is the reference answer, word for word.'
      : 'Red is yours, green is the reference:';
  section.replaceChildren(make('p', '', words), pre);
  section.hidden = false;
  section.focus();
  section.scrollIntoView({ block: 'nearest' });
}

function ask(text: string): Promise<boolean> {
  const question = find('#question', HTMLDialogElement);
  find('#question-text', HTMLElement).textContent = text;
  question.returnValue = '';
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener('close', () => resolve(question.returnValue === 'yes'), { once: true });
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>('#question button')) {
  button.addEventListener('click', () => find('#question', HTMLDialogElement).close(button.value));
}

function setText(selector: string, text: string | undefined): void {
  const element = find(selector, HTMLElement);
  element.hidden = text === undefined;
  element.textContent = text ?? '';
}

function make(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
