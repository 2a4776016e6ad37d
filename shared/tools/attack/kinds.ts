/** All kinds of attack, in groups. */
import { BEHAVIOUR } from './behaviour.ts';
import { FRAMES } from './frames.ts';
import { HANDSHAKES } from './handshakes.ts';
import type { Kind } from './kind.ts';
import { MESSAGES } from './messages.ts';
import { WEB } from './web.ts';
import { OF_WORKSHOP } from './workshop-kinds.ts';

export const GROUPS: Record<string, Kind[]> = {
  handshake: HANDSHAKES,
  frames: FRAMES,
  messages: MESSAGES,
  behaviour: BEHAVIOUR,
  web: WEB,
  desk: OF_WORKSHOP,
};

export const KINDS: Kind[] = Object.values(GROUPS).flat();
