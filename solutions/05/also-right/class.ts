// Right in another way: a class owns the canvas and its members, and each client has an id.
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { MAX_LINES, parse } from '#lessons/06/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

class Canvas {
  private readonly members = new Map<number, WebSocket>();
  private lines: object[] = [];
  private changes = 0;
  private lastId = 0;

  join(socket: WebSocket): void {
    this.lastId += 1;
    const id = this.lastId;
    socket.on('error', console.error);
    socket.on('close', () => this.members.delete(id));
    socket.on('message', (data, isBinary) => this.hear(socket, data, isBinary));
    this.say(socket, { type: 'hello', id });
    this.say(socket, { type: 'canvas', seq: this.changes, lines: this.lines, members: this.members.size });
    this.members.set(id, socket);
  }

  private hear(socket: WebSocket, data: RawData, isBinary: boolean): void {
    const message = isBinary ? 'not-text' : parse(String(data));
    if (typeof message === 'string') {
      this.say(socket, { type: 'error', code: message, message: `No: ${message}`, at: new Date() });
      return;
    }
    this.changes += 1;
    this.lines = message.type === 'clear' ? [] : [...this.lines.slice(1 - MAX_LINES), message];
    for (const member of this.members.values()) {
      this.say(member, { seq: this.changes, ...message, mine: member === socket });
    }
  }

  private say(socket: WebSocket, message: object): void {
    socket.send(JSON.stringify(message), () => {});
  }
}

const canvas = new Canvas();
const wss = new WebSocketServer({ server: await serveLesson('lessons/06') });
wss.on('connection', (socket) => canvas.join(socket));
