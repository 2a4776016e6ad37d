/** The drawer of the wire view: one frame or handshake, opened, beside the list or under it. */
import { make, makeButton } from './make.ts';
import type { Row } from './wire-arrows.ts';

/** Its id: arrows say that they open it. */
const DRAWER = 'wire-drawer';

export type Drawer = {
  element: HTMLElement;
  /** The row that is open now. */
  row: () => Row | undefined;
  open: (row: Row) => void;
  toggle: (row: Row) => void;
  /** Closes it on Escape, wherever in this place that is pressed. */
  listenToEscape: (place: HTMLElement) => void;
  /** @param isLeft whether the reader leaves it: then the focus goes back to the arrow */
  close: (isLeft: boolean) => void;
};

/** @param onChange it was opened or closed: the list beside it has another size */
export function createDrawer(onChange: () => void): Drawer {
  const element = make('section', 'wire-drawer');
  element.id = DRAWER;
  element.hidden = true;
  element.setAttribute('aria-label', 'The opened frame');
  let opened: Row | undefined;

  function mark(isOpen: boolean): void {
    opened?.arrow?.button.setAttribute('aria-expanded', String(isOpen));
  }

  function close(isLeft: boolean): void {
    if (!opened) return;
    const { arrow } = opened;
    mark(false);
    opened = undefined;
    element.hidden = true;
    element.replaceChildren();
    if (isLeft) arrow?.button.focus();
    onChange();
  }

  function open(row: Row): void {
    const { arrow } = row;
    if (!arrow) return;
    mark(false);
    opened = row;
    mark(true);
    const top = make('div', 'wire-drawer-top');
    const shut = makeButton('Close', () => close(true));
    const title = make('h3', 'wire-drawer-title', arrow.title);
    title.append(make('span', 'wire-way', arrow.way), make('span', 'wire-time', arrow.time));
    top.append(title, shut);
    const detail = arrow.describe();
    // It scrolls, by keyboard, too.
    detail.tabIndex = 0;
    detail.setAttribute('role', 'group');
    detail.setAttribute('aria-label', `${arrow.title}, ${arrow.way}`);
    element.replaceChildren(top, detail);
    element.hidden = false;
    onChange();
  }

  return {
    element,
    row: () => opened,
    open,
    toggle(row) {
      if (row === opened) close(true);
      else open(row);
    },
    listenToEscape(place) {
      place.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || !opened) return;
        event.preventDefault();
        event.stopPropagation();
        close(true);
      });
    },
    close,
  };
}
