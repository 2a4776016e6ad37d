// Right in another way: a class for each connection, extra fields, and an extra message that nobody asked for.
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

class Connection {
  private count = 0;
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) => this.hear(data, isBinary));
    socket.on('error', console.error);
    this.say({ type: 'welcome', message: 'Welcome!' });
    this.say({ type: 'tip', message: 'Say something.' });
  }

  private hear(data: RawData, isBinary: boolean): void {
    this.count += 1;
    if (isBinary) this.say({ type: 'error', code: 'not-text', message: 'This was binary.' });
    else this.say({ type: 'echo', message: data.toString('utf8'), count: this.count });
  }

  private say(message: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ ...message, at: new Date(Date.now()).toJSON() }));
  }
}

new WebSocketServer({ server: await serveLesson('lessons/02') }).on(
  'connection',
  (socket) => new Connection(socket),
);
