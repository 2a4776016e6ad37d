/** The box in which somebody looks for an entry of an index. The page's script searches: nothing is sent anywhere. */
import { type Html, html } from './html.ts';

export function searchBox(): Html {
  return html`<search class="search"><label for="search">Paste an error message, or write a few words of it. The key <kbd>/</kbd> leads here.</label>
<input id="search" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="2000" enterkeyhint="search" aria-describedby="found">
<p id="found" class="found" role="status"></p></search>
`;
}
