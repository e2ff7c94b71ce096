import { percentText } from '../../model/percent.ts';
import type { Finding } from '../../model/report.ts';
import { leaksofLine } from '../next-command.ts';
import { byText } from '../rank/rank-order.ts';
import { aboutAll, counted, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'inotify-limit';
const WARNING = 0.8;

export const inotifyLimit: FindingRule = {
  name: NAME,
  label: null,
  doc: 'A user holds 80 % (warning) or all (critical) of fs.inotify.max_user_instances: inotify_init then fails with EMFILE, "too many open files", though few descriptors are in use (inotify(7)). An instance that was inherited by fork is counted in each process, so the figure is an upper bound.',
  start: () => ({ find: judge }),
};

function judge({ summaries, system, source }: FindingContext): Finding[] {
  const most = system?.inotifyInstances;
  if (most === undefined || most <= 0) return [];
  const byUser = new Map<string, { instances: number; processes: number }>();
  for (const { user, classes } of summaries) {
    const instances = classes?.inotify ?? 0;
    if (user === null || instances === 0) continue;
    const sum = byUser.get(user) ?? { instances: 0, processes: 0 };
    byUser.set(user, { instances: sum.instances + instances, processes: sum.processes + 1 });
  }
  return [...byUser]
    .filter(([, { instances }]) => instances / most >= WARNING)
    .sort(([a, x], [b, y]) => y.instances - x.instances || byText(a, b))
    .map(([user, { instances, processes }]) =>
      aboutAll(NAME, instances >= most ? 'critical' : 'warning', {
        message: `User ${user} holds ${counted(instances, 'inotify instance')} in ${counted(processes, 'process', 'processes')}, ${percentText(instances / most)} of fs.inotify.max_user_instances (${most}): at that limit inotify_init fails with "too many open files" whatever ulimit -n says.`,
        evidence: {
          limit: 'inotify',
          user,
          instances,
          processes,
          maxUserInstances: most,
          utilisation: instances / most,
        },
        next: [
          leaksofLine(source, 'rank', '--class', 'inotify', '--user', user),
          `sudo sysctl fs.inotify.max_user_instances=${most * 2}`,
        ],
      }),
    );
}
