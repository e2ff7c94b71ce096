import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCHEMA = fileURLToPath(new URL('../../fixtures/junit/junit.xsd', import.meta.url));

/** What xmllint has against a JUnit report; empty if it is well formed and as the schema wants it. */
export function junitProblems(xml: string): string {
  const words = ['--noout', '--nonet', '--schema', SCHEMA, '-'];
  const { status, stderr } = spawnSync('xmllint', words, { input: xml, encoding: 'utf8' });
  return status === 0 ? '' : stderr;
}

/** One value of a report, by XPath, as xmllint reads it. */
export function junitValue(xml: string, path: string): string {
  const { stdout } = spawnSync('xmllint', ['--xpath', `string(${path})`, '-'], { input: xml, encoding: 'utf8' });
  return stdout.trim();
}
