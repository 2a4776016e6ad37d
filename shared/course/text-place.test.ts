/** Which folder a text is about, and which texts are beside the lessons. */
import { expect, test } from 'vitest';
import { findUnit, readCourse, readIndexes } from './outline.ts';
import { folderOf, foldersBesideLessons, textOf } from './text-place.ts';

test('a text is about the folder beside it that has its name, or about its own', () => {
  for (const { folder } of readCourse().slice(0, 2)) {
    expect(textOf(folder)).toBe(`${folder}/README.md`);
    expect(folderOf(`${folder}/README.md`)).toBe(folder);
    expect(folderOf(`${folder}/more.md`)).toBe(folder);
  }
  expect(folderOf('lessons/README.md')).toBe('lessons');
  expect(folderOf('README.md')).toBe('.');
  for (const folder of foldersBesideLessons()) {
    expect(textOf(folder)).toBe(`${folder}.md`);
    expect(folderOf(`${folder}.md`)).toBe(folder);
  }
});

test('an index has a page, and is no part of the way through the course', () => {
  const [index] = readIndexes();
  expect(index).toMatchObject({ kind: 'index', number: '' });
  expect(index?.title).toMatch(/^\w/);
  expect(findUnit(index?.folder ?? '')).toEqual(index);
  expect(readCourse()).not.toContainEqual(index);
  for (const folder of ['', 'lessons', 'lessons/README', '../etc', 'lessons/..', 'lessons/nothing']) {
    expect(findUnit(folder), folder).toBeUndefined();
  }
});
