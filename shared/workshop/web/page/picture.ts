/** What pictures of measurements are made of: shapes, texts and how wide they are, and tables. */
import type { Table } from '#shared/lesson/experiment/report.ts';
import { numeric } from '#shared/lesson/experiment/table.ts';
import { make } from '#shared/lesson/page/make.ts';

const SVG = 'http://www.w3.org/2000/svg';

let pen: CanvasRenderingContext2D | null | undefined;

/** How wide a text is as a name in a picture, in pixels. */
export function measure(text: string): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * 8;
  pen.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(pen.measureText(text).width) + 2;
}

/** Makes an element of an SVG picture. */
export function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** Makes a text of an SVG picture. */
export function write(text: string, attributes: Record<string, string | number>): SVGElement {
  const element = shape('text', attributes);
  element.textContent = text;
  return element;
}

/** @param numbers its first row has the heads, and so has the first cell of each row */
export function makeTable(numbers: Table, className: string, name: string): HTMLElement {
  const [head = [], ...rows] = numbers;
  const table = make('table', className);
  // Numbers end below each other, as in a terminal. Sentences begin below each other.
  const areNumbers = numeric(numbers);
  table.setAttribute('aria-label', name);
  const row = (cells: string[], isHead: boolean) => {
    const line = make('tr', '');
    line.append(
      ...cells.map((cell, at) => {
        const scope = isHead ? 'col' : at === 0 ? 'row' : undefined;
        const element = make(scope ? 'th' : 'td', areNumbers[at] ? '' : 'words', cell);
        if (scope) element.setAttribute('scope', scope);
        return element;
      }),
    );
    return line;
  };
  const [top, body] = [make('thead', ''), make('tbody', '')];
  top.append(row(head, true));
  body.append(...rows.map((cells) => row(cells, false)));
  table.append(top, body);
  return table;
}
