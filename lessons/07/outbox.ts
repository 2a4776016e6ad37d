/** What was written here and has not come back yet, in the order in which it was written. */

/** kept: the link sends it as soon as it is open. held: it goes out when the server knows our name. sent: it has gone. */
type Place = 'kept' | 'held' | 'sent';
type Item = { text: string; place: Place; isLate: boolean };

/** A link that keeps so many texts drops none of ours. */
export const MOST_WAITING = 100;

/**
 * @param send gives a text to the link
 * @param show is told what waits, after each change: what was not sent as soon as it was written
 */
export function createOutbox(send: (text: string) => boolean, show: (texts: string[]) => void) {
  let items: Item[] = [];

  function change(next: Item[]): void {
    items = next;
    show(items.filter(({ isLate }) => isLate).map(({ text }) => text));
  }

  /** The server answers in the order in which it was asked: what it speaks of is the first that has gone. */
  function takeSent(): Item | undefined {
    const answered = items.find(({ place }) => place === 'sent');
    change(items.filter((item) => item !== answered));
    return answered;
  }

  return {
    /** @returns false where it does not take the text: too many wait */
    write(text: string, isOpen: boolean): boolean {
      if (items.length >= MOST_WAITING) return false;
      // Nothing overtakes what is held.
      const isHeld = items.some(({ place }) => place === 'held');
      if (!isHeld && !send(text)) return false;
      const place = isHeld ? 'held' : isOpen ? 'sent' : 'kept';
      change([...items, { text, place, isLate: place !== 'sent' }]);
      return true;
    },
    /** The link is open, and sends what it has kept. */
    opened: () => change(items.map((item) => (item.place === 'kept' ? { ...item, place: 'sent' } : item))),
    joined() {
      for (const { text, place } of items) if (place === 'held') send(text);
      change(items.map((item) => (item.place === 'held' ? { ...item, place: 'sent' } : item)));
    },
    /** Our oldest came back. */
    confirmed: takeSent,
    /** The server did not know our name. */
    notJoined() {
      const first = items.find(({ place }) => place === 'sent');
      change(items.map((item) => (item === first ? { ...item, place: 'held', isLate: true } : item)));
    },
    /** The link is lost. Gives what had gone and did not come back: nobody knows whether it arrived. */
    lost(isForGood: boolean): string[] {
      const gone = items.filter(({ place }) => isForGood || place === 'sent');
      change(items.filter((item) => !gone.includes(item)));
      return gone.map(({ text }) => text);
    },
  };
}
