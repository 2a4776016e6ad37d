/** The box in which somebody looks for an entry of an index. The page's script searches: nothing is sent anywhere. */
import { type Html, html } from './html.ts';

export function searchBox(): Html {
  return html`<search class="search"><label for="search">Paste an error message, or write a few words of it. The key <kbd>/</kbd> leads here.</label>
<input id="search" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="2000" enterkeyhint="search" aria-describedby="found">
<div role="status"><p id="found" class="found"></p>
<p id="nothing" class="nothing" hidden>Paste only the words that are the same each time, without names and numbers of your own. Or look for the close code or the status alone: <kbd>1006</kbd>, <kbd>400</kbd>. Does it happen in a lesson? Then its wire shows the last frame before it. Is it a new one? <a href="/CONTRIBUTING.md">Tell us</a>.</p></div></search>
<div id="results" class="results"><h2 class="for-ears" hidden>What fits best comes first</h2></div>
`;
}
