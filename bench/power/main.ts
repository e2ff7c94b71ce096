import { parseArgs } from 'node:util';
import { HEALTHY, UNKNOWABLE_ONES } from '../../test/support/matrix/healthy.ts';
import { LEAKING } from '../../test/support/matrix/leaking.ts';
import { TROUBLED } from '../../test/support/matrix/troubled.ts';
import { check } from './check.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
  },
});

const all = [...LEAKING, ...HEALTHY, ...UNKNOWABLE_ONES, ...TROUBLED];
const servers = all.filter(({ name }) => values.only?.some((text) => name.includes(text)) ?? true);
if (servers.length === 0) throw new Error(`no server has ${values.only?.join(' or ')} in its name`);

if (values.check) {
  let wrong = 0;
  for (const server of servers) {
    try {
      const { line, right } = await check(server);
      if (!right) wrong++;
      process.stdout.write(`${right ? '  ' : '! '}${line}\n`);
    } catch (error) {
      wrong++;
      process.stdout.write(`! ${server.name}: ${error}\n`);
    }
  }
  process.stdout.write(`${servers.length} servers, ${wrong} wrong\n`);
  process.exitCode = wrong > 0 ? 1 : 0;
}
