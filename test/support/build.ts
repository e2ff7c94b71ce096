import { execFileSync } from 'node:child_process';

/** Tests that run the program run what a user runs: the built one, made once before all tests. */
export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
