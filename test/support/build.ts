import { spawnSync } from 'node:child_process';

/**
 * Tests that run the program run what a user runs: the built one, made once before all tests. A build that fails does
 * not stop the tests that do without it; those that run the program then fail and say so.
 */
export default function setup(): void {
  const { status } = spawnSync(process.execPath, ['esbuild.config.js', '--no-types'], { stdio: 'inherit' });
  if (status !== 0) process.stderr.write('the build failed: tests that run the program will fail\n');
}
