import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gateCommand } from '../../src/command/gate/gate.ts';
import { freePort } from '../support/free-port.ts';
import { serviceFile } from '../support/gate.ts';
import { PROGRAM, run } from '../support/run.ts';

const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');
const lines = text.split('\n');

/** The lines below a key, their indent taken off: what a block scalar or a map at that place holds. */
function below(key: string): string[] {
  const start = lines.findIndex((line) => line.trimStart().replace(/^- /, '').startsWith(`${key}:`));
  const indent = (line: string): number => line.length - line.trimStart().length;
  const own = indent(lines[start] ?? '');
  const end = lines.findIndex((line, at) => at > start && line.trim() !== '' && indent(line) <= own);
  const inside = lines.slice(start + 1, end < 0 ? undefined : end);
  const cut = indent(inside[0] ?? '');
  return inside.map((line) => line.slice(cut));
}

const script = below('run').join('\n');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-action-'));
  // npx as the runner has it, but for the registry.
  const npx = join(folder, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\necho "$1 $2" > '${folder}/npx-words'\nshift 2\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the action's step as a runner does. */
async function step(inputs: Readonly<Record<string, string>>): Promise<{
  status: number | null;
  stdout: string;
  summary: string;
  output: string;
}> {
  const [summary, output] = [join(folder, 'summary'), join(folder, 'output')];
  writeFileSync(summary, 'from an earlier line\n');
  writeFileSync(output, '');
  const { status, stdout } = await run('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      GATE_ARGS: '',
      GATE_REPORT: '',
      GATE_VERSION: 'latest',
      ...inputs,
    },
  });
  return { status, stdout, summary: readFileSync(summary, 'utf8'), output: readFileSync(output, 'utf8') };
}

describe('action.yml', () => {
  it('is indented by twos without tabs, and has what a composite action needs', () => {
    expect(text).not.toContain('\t');
    for (const key of ['name', 'description', 'inputs', 'outputs', 'runs'])
      expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
    expect(text).toContain('  using: composite');
    expect(text).toContain('      shell: bash');
  });

  it('hands every input to its step by the environment, never inside the script', () => {
    const inputs = below('inputs').filter((line) => /^\w/.test(line));
    const handed = [...text.matchAll(/^ +(GATE_\w+): \$\{\{ inputs\.(\w+) \}\}$/gm)];
    expect(handed.map(([, , name]) => `${name}:`).toSorted()).toEqual(inputs.toSorted());
    for (const [, variable] of handed) expect(script).toContain(`$${variable}`);
    expect(script).not.toContain('${{');
  });

  it('uses options that gate has', () => {
    const known = gateCommand.options.map(({ name }) => `--${name}`);
    const used = (script.match(/--[a-z-]+/g) ?? []).filter((word) => !['--yes', '--no-install'].includes(word));
    expect(used.filter((word) => !known.includes(word) && word !== '--')).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'annotates, adds to the summary and fails on a leak',
    async () => {
      const port = await freePort();
      const { status, stdout, summary, output } = await step({
        GATE_URL: `:${port}/health\n:${port}/file\n`,
        GATE_COMMAND: `exec "${process.execPath}" "${serviceFile('server.mjs')}" ${port} leak`,
        GATE_ARGS: '--requests 400 --settle 1s --deadline 100s --allow "/no such/*"',
        GATE_REPORT: 'leaks.xml',
      });
      expect(status, stdout).toBe(1);
      expect(stdout).toMatch(/^::error title=leaksof gate%3A GET %3A\d+\/file::/m);
      expect(summary).toMatch(/^from an earlier line\n## leaksof gate: fail/);
      expect(output).toBe('exit-code=1\n');
      expect(readFileSync(join(folder, 'leaks.xml'), 'utf8')).toContain('<failure ');
      expect(readFileSync(join(folder, 'npx-words'), 'utf8')).toBe('--yes leaksof@latest\n');
    },
    90_000,
  );

  it.runIf(process.platform === 'linux')('passes on what leaksof says of wrong usage', async () => {
    const { status, output } = await step({ GATE_URL: 'ftp://x/', GATE_COMMAND: 'true' });
    expect([status, output]).toEqual([2, 'exit-code=2\n']);
  });
});
