/** Serves mallory's page, for you to open in the browser in which you are logged in. */
import { serveEvil } from './evil-page.ts';

await serveEvil(8081);
console.log('On another port, the same site: http://localhost:8081/?port=8080');
console.log('On another site:                http://127.0.0.1:8081/?port=8080');
