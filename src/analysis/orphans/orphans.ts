import type { Coverage } from '../../model/coverage.ts';
import { emptyCoverage } from '../../model/coverage.ts';
import type { Report } from '../../model/report.ts';
import { heartbeatFindings, silences } from './heartbeat-finding.ts';
import type { FileState, JudgedFile } from './judge.ts';
import type { Observation } from './observation.ts';
import type { OrphanData, OrphanFile, OrphanOptions, RemovalResult } from './orphan-data.ts';
import { orphanSections } from './orphan-sections.ts';
import { byPattern, reclaimable, sumOf } from './sums.ts';

/** Files below some folders by who may still need them, and what that means for the disk. */
export function orphanReport(
  observation: Observation,
  judged: readonly JudgedFile[],
  options: OrphanOptions,
): Report<OrphanData> {
  const { service, time } = observation;
  const shown = options.only === null ? judged : judged.filter(({ state }) => state === options.only);
  const data = dataOf(observation, judged, shown, options.removal);
  // Nothing old enough, or a possible maker for each: then a better look would have said the same.
  const undecided = judged.some(({ why }) => why === 'withheld');
  return {
    command: 'orphans',
    source: options.source,
    data,
    sections: orphanSections(data, shown, options),
    findings: service === null ? [] : heartbeatFindings(service, time),
    coverage: coverageOf(observation),
    verdict: undecided ? 'inconclusive' : 'none',
  };
}

function dataOf(
  { folders, vanished, withheld, disks, service, time }: Observation,
  judged: readonly JudgedFile[],
  shown: readonly JudgedFile[],
  removal: RemovalResult | null,
): OrphanData {
  const of = (state: FileState) => judged.filter((one) => one.state === state);
  const orphaned = of('orphaned');
  return {
    files: shown.map(fileOf),
    folders,
    inUse: sumOf(of('in-use')),
    unheld: sumOf(of('unheld')),
    orphaned: sumOf(orphaned),
    reclaimable: reclaimable(orphaned),
    vanished,
    withheld,
    patterns: byPattern(shown),
    disks: disks.map(({ folder, type, size, available, grown, seconds }) => {
      const rate = seconds > 0 ? grown / seconds : 0;
      return { folder, type, size, available, rate, seconds, fullIn: rate > 0 ? available / rate : null };
    }),
    service: service && {
      name: service.name,
      pids: service.processes.map(({ pid }) => pid),
      timeout: service.timeout,
      silent: silences(service, time),
    },
    removal,
  };
}

function fileOf({ file, state, age, why, maker }: JudgedFile): OrphanFile {
  const { path, size, allocated, modified, born, owner, links, holders } = file;
  return {
    path,
    state,
    size,
    allocated,
    age,
    modified: new Date(modified).toISOString(),
    born: born === null ? null : new Date(born).toISOString(),
    owner,
    links,
    why: maker ? `${maker.command} ${maker.pid} may be at work on it` : why,
    holders,
  };
}

function coverageOf({ processes, hidden, withheld }: Observation): Coverage {
  const { seen, read, refused } = processes;
  const sentences = [...withheld, ...hidden];
  return {
    ...emptyCoverage(),
    complete: sentences.length === 0 && refused === 0,
    processes: { seen, counted: seen, listed: read, refused, vanished: 0 },
    hidden: sentences,
  };
}
