import { percentText } from '../../model/percent.ts';
import type { Finding } from '../../model/report.ts';
import { leaksofLine } from '../next-command.ts';
import { aboutAll, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'system-limit';
const WARNING = 0.8;
const CRITICAL = 0.9;
/** On 64-bit kernels file-max is set to LONG_MAX at boot by systemd: that is no limit. */
const NO_LIMIT = 2 ** 53;

export const systemLimit: FindingRule = {
  name: NAME,
  label: null,
  doc: 'The machine has 80 % (warning) or 90 % (critical) of fs.file-max open file descriptions: then open fails with ENFILE for everybody but root, whatever RLIMIT_NOFILE says.',
  start: () => ({ find: judge }),
};

function judge({ system, source }: FindingContext): Finding[] {
  const { openFiles, fileMax } = system ?? {};
  if (openFiles === undefined || fileMax === undefined || fileMax <= 0 || fileMax >= NO_LIMIT) return [];
  const share = openFiles / fileMax;
  if (share < WARNING) return [];
  return [
    aboutAll(NAME, share >= CRITICAL ? 'critical' : 'warning', {
      message: `The machine has ${openFiles} of ${fileMax} open file descriptions (${percentText(share)}): at fs.file-max every process but root's gets ENFILE, whatever its own limit.`,
      evidence: { limit: 'system', openFiles, fileMax, utilisation: share },
      next: [leaksofLine(source, 'rank', '--by', 'user'), `sudo sysctl fs.file-max=${fileMax * 2}`],
    }),
  ];
}
