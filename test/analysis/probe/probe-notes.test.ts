import { describe, expect, it } from 'vitest';
import { leak } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';
import { notesOf, reportOf, runOf, simulatedRun } from '../../support/probe-runs.ts';

const leaking = simulatedRun({ habits: [leak(1)] });
const clean = simulatedRun({ habits: [] });

describe('notes', () => {
  const note = (parts: Parameters<typeof runOf>[1]) => notesOf(reportOf([{ ...clean, ...parts }])).slice(1);

  it.each([
    [{ answers: { 200: 90, 500: 10 } }, '10 of 100 answers had status 500'],
    [{ answers: { 404: 20 } }, 'every answer had status 404: what other answers do was not measured'],
    [{ answers: { 200: 5, 503: 15 } }, '15 of 20 answers had status 503: what other answers do was not measured'],
    [
      { failures: { ECONNRESET: 1 } },
      '1 request failed (closed without an answer, ECONNRESET); rates are per completed request',
    ],
    [{ failures: { timeout: 7 } }, '7 requests failed (not answered in time); rates are per completed request'],
    [
      { failures: { HPE_INVALID: 2 } },
      '2 requests failed (the answer was no HTTP, HPE_INVALID); rates are per completed request',
    ],
    [{ stopped: 'headroom' }, 'stopped after 3200 requests: more could have taken over half of the remaining headroom'],
    [{ stopped: 'limit' }, 'stopped after 3200 requests: a process reached its limit'],
    [{ stopped: 'deadline' }, 'stopped after 3200 requests: the time was up (--deadline)'],
    [{ stopped: 'failing' }, 'stopped after 3200 requests: the last of them failed'],
    [{ stopped: 'gone' }, 'stopped after 3200 requests: the processes ended'],
    [{ stopped: 'interrupted' }, 'interrupted after 3200 requests'],
    [{ notes: ['measured too: node 7'] }, 'measured too: node 7'],
  ] as const)('%j', (parts, text) => {
    expect(note(parts)).toEqual([text]);
  });

  it('are few where all went well', () => {
    expect(notesOf(reportOf([clean]))).toEqual(['served by served 101 and 1 more']);
  });

  it('name the URL where there are several', () => {
    expect(notesOf(reportOf([clean, { ...leaking, stopped: 'deadline' }]))).toContain(
      '/a: stopped after 3200 requests: the time was up (--deadline)',
    );
  });

  it('tell of processes that ended', () => {
    const ended = clean.lives.map((life) => ({ ...life, ended: true, after: null }));
    expect(note({ lives: ended.map((life, i) => (i === 0 ? life : (clean.lives[i] ?? life))) })).toEqual([
      '1 process ended while it was watched',
    ]);
    expect(notesOf(reportOf([{ ...clean, lives: ended }]))).toEqual([
      '2 processes ended under load, and nobody took their place',
    ]);
  });

  it('tell of a leak that recycled workers hide', () => {
    const measurement = measure({ habits: [leak(1)], recycleAfter: 40, workers: 2 }, 1, { levelsPerBlock: 80 });
    const run = runOf(measurement);
    const lives = run.lives.map((life, i) => ({ ...life, ended: i > 0 && i < run.lives.length - 2 }));
    expect(notesOf(reportOf([{ ...run, lives }])).join('\n')).toMatch(
      /masked: a worker is replaced every (39|40|41) requests, which closes what it had kept/,
    );
  });

  it('tell how long a leaking process will last', () => {
    const text = notesOf(reportOf([leaking]))[0];
    expect(text).toMatch(/^served by served 101 and 1 more · too many open files after about 1,00\d more requests$/);
  });

  it('tell which process will not last, where it is not the one that answers', () => {
    const lives = leaking.lives.map((life, i) => ({ ...life, role: i === 0 ? 'serving' : 'upstream' }) as const);
    const text = notesOf(reportOf([{ ...leaking, lives }]))[0];
    expect(text).toMatch(/^served by \w+ 100 · too many open files in \w+ 101 after about 1,00\d more requests$/);
  });
});

describe('new and kept connections', () => {
  const arms = (each: typeof clean, kept: typeof clean) =>
    reportOf([
      { ...each, url: 'http://a/x' },
      { ...kept, url: 'http://a/x', keepAlive: true },
    ]).data.urls.flatMap(({ notes }) => notes);
  const unsure = { ...clean, inconclusive: 'not seen' };

  it('tell what a leak goes with', () => {
    expect(arms(leaking, leaking)).toEqual([
      'it goes with requests: 1.00 per request over new connections, 1.00 over kept ones',
    ]);
    expect(arms(leaking, clean)).toEqual([
      'it goes with connections, not with requests: 1.00 per request over new connections, 0 over kept ones',
    ]);
    expect(arms(clean, leaking)).toEqual([
      'it goes with kept connections: 0 per request over new connections, 1.00 over kept ones',
    ]);
  });

  it('tell nothing where there is none, or where one of them told nothing', () => {
    expect(arms(clean, clean)).toEqual([]);
    expect(arms(leaking, unsure)).toContain('whether it goes with connections is not known: kept ones told nothing');
    expect(arms(unsure, leaking)).toContain('whether it goes with requests is not known: new connections told nothing');
  });
});
