import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, outcomeOf, type ProbeDocument } from '../../test/support/matrix/outcome.ts';
import type { Target } from '../../test/support/matrix/target.ts';

/** One probe of one target. */
export interface LiveRun {
  readonly target: Target;
  readonly document: ProbeDocument;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** The recording, as probe wrote it. */
  readonly recording: string;
}

/** Starts a target, probes it (`program`: the words up to the URL), and ends it. What was printed and recorded stays in `folder`. */
export async function probeLive(
  target: Target,
  program: readonly string[],
  folder: string,
  name: string,
): Promise<LiveRun> {
  const running = await target.start();
  try {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.ndjson`);
    const words = [...program, running.url, '--json', '--record', file, '--quiet', ...target.probe];
    if (target.method !== 'GET') words.push('--method', target.method);
    const begun = performance.now();
    const { stdout, stderr } = await leaksof(words);
    const seconds = (performance.now() - begun) / 1000;
    writeFileSync(join(folder, `${name}.json`), stdout);
    if (stdout === '') throw new Error(`probe printed nothing: ${stderr}`);
    const document = JSON.parse(stdout) as ProbeDocument;
    const outcome = outcomeOf(target, document);
    return { target, document, outcome, seconds, recording: readFileSync(file, 'utf8') };
  } finally {
    await running.stop();
  }
}

function leaksof(words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', () => resolve({ stdout, stderr }));
  });
}

/** One row of the table that a reader follows while it grows. */
export function lineOf({ target, document, outcome, seconds }: LiveRun): string {
  const { expected } = target;
  const { perRequest, detectable, requests } = document;
  const figure = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
  const group = document.groups[0];
  return [
    outcome.right ? ' ' : outcome.falseAlarm ? '!!' : '!',
    target.name,
    `truth ${expected.verdict === 'leak' ? expected.rate : expected.verdict}`,
    document.verdict,
    `${figure(perRequest.estimate)} [${figure(perRequest.low)}, ${figure(perRequest.high)}]`,
    `detectable ${figure(detectable)}`,
    `${requests.ok} of ${requests.sent}`,
    `${seconds.toFixed(1)} s`,
    outcome.covered === null ? '' : outcome.covered ? 'covered' : 'not covered',
    outcome.why.join(', '),
    group === undefined ? '' : `${group.type} ${group.pattern} ${group.verdict}/${group.reason}`,
  ].join(' | ');
}
