/** Who is here, as the page knows it: it hears of changes, and may hear of one twice. */
import { addLine, makeYou } from '#shared/lesson/page/log.ts';

/** So many names are told in lines of their own. More at once are a crowd, and one line. */
const MOST_LINES = 3;

export type People = {
  /** All who are here. Nobody is told: they did not come just now. */
  replace: (usernames: Iterable<string>, ownName?: string) => void;
  /** Those left, and then these joined. */
  change: (left: string[], joined: string[], at: string) => void;
};

export function createPeople(list: HTMLElement): People {
  const here = new Set<string>();
  let own: string | undefined;

  function show(): void {
    const items = [...here].map((name) => {
      const item = document.createElement('li');
      item.className = name === own ? 'person me' : 'person';
      item.append(name);
      if (name === own) item.append(' ', makeYou());
      return item;
    });
    list.replaceChildren(...items);
  }

  return {
    replace(usernames, ownName) {
      own = ownName;
      here.clear();
      for (const name of usernames) here.add(name);
      show();
    },
    change(left, joined, at) {
      const gone = left.filter((name) => here.delete(name));
      const come = joined.filter((name) => !here.has(name));
      for (const name of come) here.add(name);
      tell(gone, 'left', at);
      tell(come, 'joined', at);
      show();
    },
  };
}

function tell(names: string[], what: string, at: string): void {
  const lines =
    names.length > MOST_LINES ? [`${names.length} people ${what}.`] : names.map((name) => `${name} ${what}.`);
  for (const text of lines) addLine({ kind: 'system', text, at });
}
