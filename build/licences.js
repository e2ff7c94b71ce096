import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licence, version and copyright text of every package that has code in the given bundles, sorted by name. */
export async function licences(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
        if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
      }
    }
  }
  const parts = await Promise.all([...folders].map(licence));
  return [
    'leaksof carries code of the packages below. Each is under the licence that follows its name.\n',
    ...parts.sort(),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

async function licence(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(entry));
  const holder = typeof author === 'string' ? author : author?.name;
  const text = file ? await readFile(join(folder, file), 'utf8') : standardText(license, holder, name);
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** For packages that name their licence and ship no text. */
function standardText(license, holder, name) {
  if (license === 'MIT') return `Copyright (c) ${holder ?? `the authors of ${name}`}\n\n${MIT}`;
  if (license === 'Apache-2.0') {
    return `Copyright (c) ${holder ?? `the authors of ${name}`}\n\nLicensed under the Apache License, Version 2.0, whose text is below at mathjs.`;
  }
  throw new Error(`${name} is bundled and its licence (${license}) has no text here: add one to build/licences.js`);
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
