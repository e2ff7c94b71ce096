import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/measure/clock.ts';
import { endingBy } from '../../../src/measure/drain/ending.ts';
import { ExitRecord } from '../../../src/measure/drain/exit-record.ts';
import { requireThat } from '../../support/require-tool.ts';

describe.runIf(process.platform === 'linux')('a record of exits', () => {
  it('knows how those ended whom nobody could look at', async ({ skip }) => {
    const record = await ExitRecord.open();
    if (!requireThat(record !== null, 'the kernel does not tell of exits here') || record === null) return skip();
    const ended = await Promise.all(
      ['exit 7', 'exit 0', 'kill -9 $$', 'kill -15 $$'].map(async (line) => {
        const child = spawn('sh', ['-c', line], { stdio: 'ignore' });
        await once(child, 'exit');
        return child.pid ?? 0;
      }),
    );
    const statuses = await record.of(ended, systemClock());
    await record.close();
    expect(ended.map((pid) => endingBy(statuses.get(pid) ?? -1))).toEqual([
      { by: 'exit', code: 7, signal: null },
      { by: 'exit', code: 0, signal: null },
      { by: 'signal', code: null, signal: 9 },
      { by: 'signal', code: null, signal: 15 },
    ]);
  });

  it('waits no longer than a moment for who has not ended', async ({ skip }) => {
    const record = await ExitRecord.open();
    if (!requireThat(record !== null, 'the kernel does not tell of exits here') || record === null) return skip();
    let waits = 0;
    const clock = {
      async wait() {
        waits++;
      },
    };
    expect((await record.of([process.pid], clock)).has(process.pid)).toBe(false);
    await record.close();
    expect(waits).toBeGreaterThan(0);
  });
});
