import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { inotifyInstances } from '../../../src/source/proc/process/inotify-instances.ts';
import { listProcesses } from '../../../src/source/proc/process/processes.ts';

describe.skipIf(process.platform !== 'linux')('inotifyInstances', () => {
  it('counts what the processes of a user hold, but for those left out', async () => {
    // A loop of Node's has one instance, however much it watches; a worker thread has a loop of its own.
    const watch = `require('node:fs').watch('/tmp', () => {});`;
    const thread = `new (require('node:worker_threads').Worker)(${JSON.stringify(`${watch} console.log('ready')`)}, { eval: true });`;
    const child = spawn(process.execPath, ['-e', watch + thread], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const uid = process.getuid?.() ?? 0;
      const pid = child.pid ?? 0;
      const others = new Set(listProcesses('/proc').filter((one) => one !== pid));
      expect(inotifyInstances('/proc', uid, others)).toBe(2);
      expect(inotifyInstances('/proc', uid + 1, others)).toBe(0);
      expect(inotifyInstances('/proc', uid, new Set([...others, pid]))).toBe(0);
    } finally {
      child.kill();
    }
  });
});
