/** Loaded by a client's page on the stage: runs the lesson's blocks in it, and presses its button, as the stage asks. */
import { type ClientNews, isLoopback, readClientOrder } from './stage-messages.ts';

/** Where the stage is. Before it has said something nobody knows. */
let stage = '*';
/** The block whose error is being reported now. */
let failing: string | undefined;
/** The blocks that have begun to run. */
const begun = new Set<string>();

function tell(news: ClientNews): void {
  window.parent.postMessage(news, stage);
}

window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== window.parent || !isLoopback(origin)) return;
  const order = readClientOrder(data);
  if (!order) return;
  stage = origin;
  if (order.course === 'run') load(order.name);
  else connect();
});

/** By name alone: the server takes the block from the lesson's text. */
function load(name: string): void {
  const script = document.createElement('script');
  script.src = `/experiment/${name}.js`;
  begun.delete(name);
  const failed = (problem: string) => () => {
    if (!begun.has(name)) tell({ course: 'ran', name, problem });
    script.remove();
  };
  script.addEventListener('load', failed('The block does not parse.'));
  script.addEventListener('error', failed('The block did not come: is the cable cut?'));
  document.head.append(script);
}

/** The script of a block calls this with the block. */
async function run(name: string, block: (console: Console) => Promise<void>): Promise<void> {
  begun.add(name);
  try {
    await block(consoleOf(name));
  } catch (error) {
    // The real console shows it, too, as an error that nobody caught.
    failing = name;
    reportError(error);
    failing = undefined;
  }
  tell({ course: 'ran', name });
}

/** The real console, and what it prints is told. */
function consoleOf(name: string): Console {
  const both =
    (print: typeof console.log) =>
    (...values: unknown[]) => {
      print(...values);
      tell({ course: 'printed', name, text: values.map(textOf).join(' ') });
    };
  const { log, info, warn, error } = console;
  return Object.assign(Object.create(console), {
    log: both(log),
    info: both(info),
    warn: both(warn),
    error: both(error),
  });
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Error) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return String(value); // It contains itself.
  }
}

/** Later errors of a block: they have its address. */
function blockIn(text: unknown): string | undefined {
  return /\/experiment\/([a-z0-9-]+)\.js/.exec(String(text))?.[1];
}

window.addEventListener('error', ({ error, message, filename }) => {
  const name = failing ?? blockIn(filename);
  const text = error === null || error === undefined ? message.replace(/^Uncaught /, '') : textOf(error);
  if (name !== undefined) tell({ course: 'printed', name, text: `Uncaught ${text}` });
});

window.addEventListener('unhandledrejection', ({ reason }) => {
  const name = blockIn(reason instanceof Error ? reason.stack : '');
  if (name !== undefined) tell({ course: 'printed', name, text: `Uncaught (in promise) ${textOf(reason)}` });
});

function connect(): void {
  const button = document.querySelector('#connect');
  if (!(button instanceof HTMLButtonElement) || button.disabled) return;
  // Nobody has pressed anything: the page must not take the keyboard from whoever types in another one.
  document.body.inert = !document.hasFocus();
  button.click();
  document.body.inert = false;
}

function tellConnection(): void {
  tell({ course: 'connection', state: document.documentElement.dataset.connection ?? '' });
}

Object.assign(globalThis, { course: { run } });
new MutationObserver(tellConnection).observe(document.documentElement, {
  attributeFilter: ['data-connection'],
});
// Small: what a page of its own has room for.
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = '/shared/lesson/page/stage-client.css';
document.head.append(style);
document.documentElement.classList.add('on-stage');
tell({ course: 'ready' });
tellConnection();
