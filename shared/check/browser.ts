/** The browser that is installed on this machine: experiments need it, too, and so it is found there. */
export { findBrowser, launchBrowser, NO_BROWSER } from '#shared/lesson/experiment/browser.ts';
