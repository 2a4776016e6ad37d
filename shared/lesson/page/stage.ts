/** The stage: clients of the same lesson side by side, and the wire under them. */
import { isSmallStage } from './stage-small.ts';
import { showWire } from './wire.ts';

const clients = document.querySelector('#clients');
const third = document.querySelector('#third');
const wire = document.querySelector('#wire');
if (!(clients instanceof HTMLElement && third instanceof HTMLButtonElement && wire instanceof HTMLElement)) {
  throw new Error('stage.html and stage.ts do not fit together.');
}

// The view looks on before the first client connects: it sees each handshake.
showWire(wire);
for (const name of isSmallStage() ? ['left'] : ['left', 'right']) clients.append(makeClient(name));

third.addEventListener('click', () => {
  const frame = clients.querySelector('[name="third"]');
  if (frame) frame.remove();
  else clients.append(makeClient('third'));
  third.textContent = frame ? 'Add a third client' : 'Remove the third client';
  third.setAttribute('aria-pressed', String(!frame));
});

function makeClient(name: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.name = name;
  frame.title = `Client: ${name}`;
  frame.src = `/?client=${name}`;
  return frame;
}
