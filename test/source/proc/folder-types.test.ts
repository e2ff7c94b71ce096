import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileType, REGULAR, typeOfMode } from '../../../src/source/proc/descriptor/file-type.ts';
import { FolderTypes } from '../../../src/source/proc/file/folder-types.ts';

const DIRECTORY = typeOfMode(0o040000);
const SYMBOLIC_LINK = typeOfMode(0o120000);

describe('types by the listing of a folder', () => {
  let folder: string;
  let asked: string[];
  const file = (i: number) => join(folder, `file-${i}`);
  const made = (from: number, to: number) => {
    for (let i = from; i < to; i++) writeFileSync(file(i), '');
  };
  const ask = (types: FolderTypes, path: string, answer: FileType | null = REGULAR) =>
    types.typeOf(path, () => {
      asked.push(path);
      return answer;
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-types-'));
    asked = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('asks for the first names only, where a folder has many of them', () => {
    made(0, 500);
    const types = new FolderTypes('', []);
    for (let i = 0; i < 500; i++) expect(ask(types, file(i))).toBe(REGULAR);
    expect(asked).toEqual(Array.from({ length: 32 }, (_, i) => file(i)));
  });

  it('tells folders and links from files', () => {
    made(0, 40);
    mkdirSync(join(folder, 'sub'));
    symlinkSync('nowhere', join(folder, 'link'));
    linkSync(file(1), join(folder, 'hard'));
    const types = new FolderTypes('', []);
    for (let i = 0; i < 40; i++) ask(types, file(i));
    asked = [];
    expect(ask(types, join(folder, 'sub'))).toBe(DIRECTORY);
    expect(ask(types, join(folder, 'link'))).toBe(SYMBOLIC_LINK);
    expect(ask(types, join(folder, 'hard'))).toBe(REGULAR);
    expect(asked).toEqual([]);
  });

  it('asks for a name that came after the listing', () => {
    made(0, 40);
    const types = new FolderTypes('', []);
    for (let i = 0; i < 40; i++) ask(types, file(i));
    made(40, 41);
    asked = [];
    expect(ask(types, file(40))).toBe(REGULAR);
    expect(asked).toEqual([file(40)]);
  });

  it('believes no folder that disagrees with what was asked: something is mounted over it', () => {
    for (let i = 0; i < 500; i++) mkdirSync(file(i));
    const types = new FolderTypes('', []);
    for (let i = 0; i < 500; i++) expect(ask(types, file(i))).toBe(REGULAR);
    expect(asked).toHaveLength(500);
  });

  it('believes no folder that has none of the names: for us it lies elsewhere', () => {
    made(500, 600);
    const types = new FolderTypes('', []);
    for (let i = 0; i < 100; i++) expect(ask(types, file(i))).toBe(REGULAR);
    expect(asked).toHaveLength(100);
  });

  it('bears that some of the first names are gone', () => {
    made(0, 500);
    const types = new FolderTypes('', []);
    for (let i = 0; i < 31; i++) ask(types, file(i));
    for (let i = 0; i < 10; i++) renameSync(file(i), join(folder, `moved-${i}`));
    for (let i = 31; i < 500; i++) ask(types, file(i));
    expect(asked).toHaveLength(32);
  });

  it('asks for mount points: the listing shows what lies under them', () => {
    made(0, 100);
    const types = new FolderTypes('', [file(90), `${folder}/sub/deep`]);
    for (let i = 0; i < 100; i++) ask(types, file(i));
    expect(asked).toEqual([...Array.from({ length: 32 }, (_, i) => file(i)), file(90)]);
  });

  it('reaches a folder of another namespace through its root', () => {
    made(0, 100);
    const types = new FolderTypes(folder, []);
    for (let i = 0; i < 100; i++) ask(types, `/file-${i}`);
    expect(asked).toHaveLength(32);
  });

  it('does not list a folder with very many more entries than were asked', () => {
    made(0, 32);
    for (let i = 0; i < 3000; i++) writeFileSync(join(folder, `other-${i}`), '');
    const types = new FolderTypes('', []);
    for (let i = 0; i < 32; i++) ask(types, file(i));
    asked = [];
    ask(types, join(folder, 'other-1'));
    expect(asked).toHaveLength(1);
  });

  it('remembers nothing of what could not be told, and bears a folder that is gone', () => {
    const types = new FolderTypes('', []);
    for (let i = 0; i < 100; i++) expect(ask(types, `${folder}/gone/file-${i}`, null)).toBeNull();
    for (let i = 0; i < 100; i++) expect(ask(types, `${folder}/gone/file-${i}`)).toBe(REGULAR);
    expect(asked).toHaveLength(200);
  });
});
