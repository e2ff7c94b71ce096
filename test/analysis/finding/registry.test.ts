import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDING_RULES } from '../../../src/analysis/finding/registry.ts';

const FOLDER = new URL('../../../src/analysis/finding/', import.meta.url);

describe('finding rules', () => {
  it('have names that are their files, and no file is left out', () => {
    const files = readdirSync(FOLDER).filter((name) =>
      /const NAME = /.test(readFileSync(new URL(name, FOLDER), 'utf8')),
    );
    expect(FINDING_RULES.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
  });

  it.each(FINDING_RULES.map((rule) => [rule.name, rule] as const))(
    '%s says what it looks for, in whole sentences of ASCII',
    (_name, rule) => {
      expect(rule.doc).toMatch(/^[A-Z].{60,}\.\)?$/s);
      expect(rule.doc).toMatch(/^[\x20-\x7e]+$/);
      expect(rule.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    },
  );
});
