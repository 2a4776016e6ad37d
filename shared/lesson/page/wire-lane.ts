/** One lane of the wire view: a client, as long as anything of it is shown. */

export type Lane = {
  /** Its own for as long as the view lives. The server's numbers begin anew when it does. */
  id: number;
  /** The name that its page gave, if it gave one. */
  asked: string;
  name: string;
  /** What the server calls it, once it has told: the name of a person. */
  nickname: string;
  isMine: boolean;
  isOpen: boolean;
  /** Whether the server has sent a close frame: then the client knows why the connection ends. */
  isClosing: boolean;
};

/** What one calls a lane in a sentence: "alice (left)" once it has a nickname. */
export function called({ name, nickname }: Lane): string {
  return nickname === '' ? name : `${nickname} (${name})`;
}
