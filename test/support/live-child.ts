// Run by as-user.ts as another user: reads the live machine and prints what it saw.
import { type LiveOptions, liveSource } from '../../src/source/live.ts';
import { readSource } from './live.ts';

const { rows, facts, result } = await readSource(liveSource(JSON.parse(process.argv[2] ?? '') as LiveOptions));
process.stdout.write(JSON.stringify({ rows, facts: [...facts], result }));
