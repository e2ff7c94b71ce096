import { spawnSync } from 'node:child_process';

/**
 * Whether a tool that a test compares with is there. Where it is not, the test is skipped and says so loudly;
 * with LEAKSOF_REQUIRE_TOOLS=1 (CI) it fails instead, so that a lost tool never reads as a passed test.
 */
export function requireTool(name: string, args: readonly string[] = ['-v']): boolean {
  const present = spawnSync(name, args, { stdio: 'ignore' }).error === undefined;
  if (present) return true;
  if (process.env.LEAKSOF_REQUIRE_TOOLS === '1') {
    throw new Error(`${name} is missing and LEAKSOF_REQUIRE_TOOLS=1: install it`);
  }
  process.stderr.write(`\nSKIPPED: ${name} is missing, nothing was compared with it\n`);
  return false;
}

/** The same for a right or a kernel feature: `what` is the sentence that says what is missing. */
export function requireThat(present: boolean, what: string): boolean {
  if (present) return true;
  if (process.env.LEAKSOF_REQUIRE_TOOLS === '1') throw new Error(`${what} and LEAKSOF_REQUIRE_TOOLS=1`);
  process.stderr.write(`\nSKIPPED: ${what}\n`);
  return false;
}
