import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { joinGroups } from '../../../src/analysis/leak-rule/join-groups.ts';
import type { Measurement } from '../../../src/analysis/leak-rule/measurement.ts';
import type { UrlRun } from '../../../src/analysis/probe/probe-run.ts';
import { TARGETS } from './matrix.ts';
import type { Target } from './target.ts';

const FOLDER = 'fixtures/power';
const ENDING = '.ndjson.gz';

/** What a probe once measured of a target. */
export interface Recording {
  readonly target: Target;
  /** Its groups joined, as a probe does it before it judges. */
  readonly measurement: Measurement;
}

/** Name of a target as a file can have it. */
export function slug({ set, name }: Target): string {
  return `${set}-${name}`.replaceAll(/[^\w.]+/g, '-');
}

/** Saves what `probe --record` wrote. */
export function saveRecording(target: Target, text: string): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(target), gzipSync(text, { level: 9 }));
}

/** All recordings, in the order of the targets. Those of which nothing could be measured are left out. */
export function recordings(): Recording[] {
  const known = new Set(TARGETS.map((target) => `${slug(target)}${ENDING}`));
  const strange = readdirSync(FOLDER).filter((name) => name.endsWith(ENDING) && !known.has(name));
  if (strange.length > 0) throw new Error(`recordings of no target: ${strange.join(', ')}`);
  return TARGETS.flatMap((target) => {
    if (!existsSync(fileOf(target))) return [];
    const lines = gunzipSync(readFileSync(fileOf(target)))
      .toString()
      .trim()
      .split('\n');
    return lines.slice(1).flatMap((line) => {
      const { measurement } = JSON.parse(line) as UrlRun;
      return measurement === null ? [] : [{ target, measurement: joinGroups(measurement).measurement }];
    });
  });
}

function fileOf(target: Target): string {
  return join(FOLDER, `${slug(target)}${ENDING}`);
}
