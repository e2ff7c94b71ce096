import { expect } from 'vitest';
import { TARGETS } from '../support/matrix/matrix.ts';
import { outcomeOf, type ProbeDocument } from '../support/matrix/outcome.ts';
import type { Target } from '../support/matrix/target.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';

/** Milliseconds that a probe may take on a machine that does much else. */
export const PATIENCE = 180_000;

/** Probes URLs with the built program. */
export async function probe(...words: readonly string[]): Promise<ProbeDocument> {
  const { stdout, stderr, status } = await leaksof(['probe', ...words, '--json', '--quiet', '--deadline', '60s']);
  if (stdout === '') throw new Error(`probe ended with ${status} and printed nothing: ${stderr}`);
  const document = JSON.parse(stdout) as ProbeDocument;
  expect(status).toBe({ leak: 1, clean: 0, inconclusive: 3 }[document.verdict]);
  return document;
}

/** A target of the matrix, if what it takes is here. */
export function targetOf(name: string): Target {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target is called ${name}`);
  return target;
}

export function canStart({ tools, root }: Target): boolean {
  const missing = tools.filter((tool) => !requireTool(tool, ['--version']));
  return (
    missing.length === 0 && (!root || requireThat(process.getuid?.() === 0, 'only root may make a network namespace'))
  );
}

/** Starts a target, probes it, and compares what was said with what is true. */
export async function expectTruth(target: Target, ...words: readonly string[]): Promise<ProbeDocument> {
  const running = await target.start();
  try {
    const document = await probe(running.url, ...target.probe, '--method', target.method, ...words);
    expect({ why: outcomeOf(target, document).why, document }).toEqual({ why: [], document });
    return document;
  } finally {
    await running.stop();
  }
}
