import type { OptionDefinition } from '../definition.ts';

/** Budgets of a watch, and who is told of them. */
export const GUARD_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'max-utilisation',
    value: 'SHARE',
    kind: 'share',
    group: 'Budget',
    doc: 'a process may use this share of its soft limit at most (80% or 0.8)',
    detail: 'A broken budget is an alert, and exit code 1 at the end.',
  },
  {
    name: 'max-growth',
    value: 'N[/TIME]',
    group: 'Budget',
    repeatable: true,
    doc: 'a process may gain N descriptors at most, or N in any such time (50, 5/min, 10/90s)',
    detail:
      'Growth counts inside lives. N alone counts from the first sample, N/TIME in the last TIME, however it came about: a pool that fills is no leak, and --sustained tells them apart.',
  },
  {
    name: 'max-exits',
    value: 'N/TIME',
    kind: 'rate',
    repeatable: true,
    group: 'Budget',
    doc: 'N exits of a process and its workers at most in any such time (10/90s, 5/min)',
    detail:
      'Counted and shown as with --exits, between samples too: planned exits do not count, and where nobody can tell how one ended, it counts if it lived less than 10 s. Of several watched processes each counts with those that descend from it.',
  },
  {
    name: 'max-pipe',
    value: 'SHARE',
    kind: 'share',
    group: 'Budget',
    doc: 'the fullest pipe of the watched processes may hold this share of its capacity at most (90%)',
    detail:
      'Looked at every 10 s, as leaksof pipes --fill does: an end is opened for a moment, nothing is read. A pipe without a free page is full.',
  },
  {
    name: 'max-deleted',
    value: 'BYTES',
    kind: 'bytes',
    group: 'Budget',
    doc: 'deleted files of the watched processes may take this at most (10GB, 1.5GiB)',
    detail: 'Looked at once a minute, as leaksof deleted does.',
  },
  {
    name: 'min-disk',
    value: 'DIR=LEAST',
    repeatable: true,
    group: 'Budget',
    doc: 'the file system of DIR lasts so long at its rate (1h), or has so much free (10%, 5GB); repeatable',
    detail:
      'Free is what an ordinary user may take. TIME and SHARE are compared with inodes too. The rate is the median slope of the last 20 looks, one each 30 s, or each twentieth of a TIME that is shorter than 10 minutes.',
  },
  {
    name: 'sustained',
    value: 'TIME',
    kind: 'duration',
    group: 'Budget',
    doc: 'a budget is broken when its value was beyond the limit for this time (default 0)',
    detail:
      'An alert is over when the value is within by a tenth of the limit for this time. Time without samples does not count, and neither the wall clock nor a suspend does.',
  },
  {
    name: 'cooldown',
    value: 'TIME',
    kind: 'duration',
    group: 'Budget',
    doc: 'time between an alert of one process and budget and its end, or the next one, at least (default 30s)',
  },
  {
    name: 'on-alert',
    value: 'WORD',
    repeatable: true,
    group: 'Budget',
    doc: 'a program to run at each alert and when it is over; repeated: its arguments',
    detail:
      'Each use is one word: --on-alert /usr/local/bin/page --on-alert --team --on-alert db. No shell is between. The program finds the alert on its stdin as one JSON document (leaksof/schema/alert.json).',
    complete: 'file',
  },
  {
    name: 'hook-timeout',
    value: 'TIME',
    kind: 'duration',
    group: 'Budget',
    doc: 'time that program has before it is ended with all that it started (default 10s)',
  },
  {
    name: 'health',
    value: 'ADDRESS:PORT',
    group: 'Budget',
    doc: 'answer http://ADDRESS:PORT/healthz: 503 while a critical alert stands or no sample is taken, else 200',
    detail: 'Listens on this address only, 127.0.0.1:8099 or [::1]:8099.',
  },
];
