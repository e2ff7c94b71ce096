// Run by as-user.ts in another process: reads the live machine and prints what it saw.
import { type LiveOptions, liveSource } from '../../src/source/live.ts';
import { readSource } from './live.ts';

const options = JSON.parse(process.env.LEAKSOF_TEST_OPTIONS ?? '') as LiveOptions;
const { rows, facts, result } = await readSource(liveSource(options));
process.stdout.write(JSON.stringify({ rows, facts: [...facts], result }));
