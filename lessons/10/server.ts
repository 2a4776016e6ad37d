import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { startChat } from './chat.ts';

startChat(await serveLesson('lessons/10'), { log: console.log });
