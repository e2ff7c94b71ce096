import { describe, expect, it } from 'vitest';
import { forListing, type ListingPolicy } from '../../src/analysis/listing-policy.ts';
import { rankAnalysis } from '../../src/analysis/rank/rank.ts';
import { UsageError } from '../../src/model/error.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { feed, regular, reportOf, TEST_RESULT, type TestRow, times } from '../support/rows.ts';

const listing = (index: number, many: number, pid = 7): TestRow[] =>
  times(many, (fd) => regular(pid, fd, '/x', { listing: index }));
const ROWS = [...listing(0, 5), ...listing(1, 9), ...listing(2, 4)];

function ranked(policy: ListingPolicy, rows = ROWS, facts: readonly ProcessFact[] = [], listings = 3) {
  const analysis = forListing(policy, () => rankAnalysis());
  const report = reportOf(analysis, rows, facts, { coverage: { listings } });
  const notes = report.sections.flatMap((section) => (section.kind === 'note' ? [section.text] : []));
  return { processes: report.data.processes, notes: notes.join('\n') };
}

describe('forListing', () => {
  it('answers for the last listing and says that there are others', () => {
    const { processes, notes } = ranked('last');
    expect(processes[0]).toMatchObject({ descriptors: 4 });
    expect(notes).toContain('3 listings, showing the last');
  });

  it('answers for the one asked for', () => {
    expect(ranked(1).processes[0]).toMatchObject({ descriptors: 5 });
    expect(ranked(2).processes[0]).toMatchObject({ descriptors: 9 });
    expect(ranked(2).notes).toContain('showing number 2');
  });

  it('shows the peak of each process for all', () => {
    expect(ranked('all').processes[0]).toMatchObject({ descriptors: 9 });
  });

  it('does not let an empty last listing read as a clean machine', () => {
    const { processes, notes } = ranked('last', [...listing(0, 5), ...listing(1, 9)], [], 3);
    expect(processes[0]).toMatchObject({ descriptors: 9 });
    expect(notes).toContain('showing number 2');
  });

  it('carries limits across listings, whether they stand before or after', () => {
    const fact: ProcessFact = { pid: 7, softLimit: 64, hardLimit: 64 };
    for (const policy of ['last', 1, 2, 'all'] as const) {
      expect(ranked(policy, ROWS, [fact]).processes[0]).toMatchObject({ softLimit: 64 });
    }
    const analysis = forListing(1, () => rankAnalysis());
    feed(analysis, ROWS);
    analysis.process(fact);
    const [process] = analysis.finish({ ...TEST_RESULT, coverage: { listings: 3 } }).data.processes;
    expect(process).toMatchObject({ descriptors: 5, softLimit: 64 });
  });

  it('refuses a listing that is not there', () => {
    expect(() => ranked(4)).toThrow(UsageError);
  });

  it('answers for an input without rows', () => {
    expect(ranked('last', [], [], 1).processes).toEqual([]);
  });
});
