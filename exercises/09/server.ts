import { startChat } from '#lessons/10/chat.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

// There is nothing to do in this file. It is the chat that you test, with the page of lesson 10: play with it.
const server = await serveLesson('lessons/10');
startChat(server, { log: console.log });
