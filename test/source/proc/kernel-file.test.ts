import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryKernelFile } from '../../../src/source/proc/kernel/kernel-file.ts';
import { systemFact } from '../../../src/source/proc/kernel/system.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaksof-kernel-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a kernel file', () => {
  it.runIf(process.platform === 'linux')('below /proc/sys is read after a long one too', () => {
    const before = systemFact('/proc');
    const long = Buffer.alloc(9 << 20, 'sockets\n');
    writeFileSync(join(folder, 'tcp'), long);
    expect(tryKernelFile(join(folder, 'tcp'))?.equals(long)).toBe(true);
    expect(Object.keys(systemFact('/proc'))).toEqual(Object.keys(before));
    expect(before.fileMax).toBeGreaterThan(0);
  });
});
