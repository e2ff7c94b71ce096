import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '../../src/command/definition.ts';
import { dispatch } from '../../src/command/dispatch.ts';
import { problems } from '../support/schema.ts';

vi.setConfig({ testTimeout: 180_000 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-demo-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function around(
  platform: NodeJS.Platform,
  stderr = new PassThrough({ encoding: 'utf8' }),
): Surroundings & { stderr: PassThrough } {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr,
    env: { LC_ALL: 'C.UTF-8' },
    platform,
    interruption: () => new AbortController().signal,
    call: ['/usr/bin/node', '/opt/leaksof.js', 'demo'],
  };
}

describe('demo and probe', () => {
  it.each([['demo'], ['probe', ':1/']])('say that they need /proc: %s', async (...words) => {
    await expect(dispatch(words, around('darwin'))).rejects.toMatchObject({
      message: expect.stringContaining('darwin does not have'),
      exitCode: 2,
    });
  });

  it.runIf(process.platform === 'linux')('leave a report of a service that is not there, and a record', async () => {
    const [out, record] = [join(folder, 'out'), join(folder, 'record')];
    const surroundings = around('linux');
    expect(await dispatch(['probe', 'http://127.0.0.1:1/', '-o', out, '--record', record], surroundings)).toBe(3);
    expect(readFileSync(out, 'utf8')).toContain('/  cannot tell  not measured');
    expect(JSON.parse(readFileSync(record, 'utf8').split('\n')[1] ?? '')).toMatchObject({ measurement: null });
    await expect(dispatch(['probe', ':1/', '--record', join(folder, 'no/such')], surroundings)).rejects.toThrow(
      'Cannot write',
    );
  });
});

describe.skipIf(process.platform !== 'linux')('demo', () => {
  it('finds the leak of its own server and only that, and says what there was to see', async () => {
    const [json, text] = [join(folder, 'json'), join(folder, 'text')];
    const code = await dispatch(['demo', '--json', '-o', json, '--report', `terminal=${text}`], around('linux'));
    const report = JSON.parse(readFileSync(json, 'utf8'));
    expect(problems('probe.json', report)).toBeNull();
    const verdicts = Object.fromEntries(
      report.urls.map(({ url, verdict }: { url: string; verdict: string }) => [new URL(url).pathname, verdict]),
    );
    // A machine that is too busy to send enough requests in the time of a tour may leave a route untold, never wrong.
    const right =
      JSON.stringify(verdicts, ['/photo', '/cache', '/healthy']) ===
      '{"/photo":"leak","/cache":"clean","/healthy":"clean"}';
    expect(code).toBe(right ? 0 : 3);
    expect(['leak', 'inconclusive']).toContain(verdicts['/photo']);
    expect(verdicts['/cache']).not.toBe('leak');
    expect(verdicts['/healthy']).not.toBe('leak');
    const shown = readFileSync(text, 'utf8');
    expect(shown).toContain('/photo opens cat.jpg for each request and does not close it');
    expect(shown).toMatch(/as typed: leaksof probe http:\/\/127\.0\.0\.1:\d+\/photo/);
    expect(shown).not.toContain('next:');
    const [pid] = /(?<=the server was node )\d+/.exec(shown) ?? [];
    expect(existsSync(`/proc/${pid}/fd`)).toBe(false);
  });
});
