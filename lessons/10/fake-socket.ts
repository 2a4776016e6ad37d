/** A fake socket in the usual style: it keeps what is sent, and a test says what comes. mock.ts shows what it hides. */
import { EventEmitter } from 'node:events';

export class FakeSocket extends EventEmitter {
  readyState = 1;
  sent: unknown[] = [];

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(code = 1000, reason = ''): void {
    this.readyState = 3;
    this.emit('close', code, reason);
  }
}
