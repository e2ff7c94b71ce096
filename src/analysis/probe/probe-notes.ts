import { counted } from '../finding/rule.ts';
import { failureText } from './failure-text.ts';
import type { ProbeUrl } from './probe-data.ts';
import type { UrlRun } from './probe-run.ts';

/** Share of the answers from which an error status is told as what the URL answers. */
const MOSTLY = 0.5;
/** What a reader must know of a measurement beside its figures, as sentences. */
export function notesOf(url: ProbeUrl, run: UrlRun, masked: boolean): string[] {
  return [
    ...(run.inconclusive === null ? [] : [run.inconclusive]),
    ...answersText(run.answers),
    ...failuresText(run),
    ...endedText(url, run, masked),
    ...stoppedText(url),
    ...run.notes,
  ];
}

function answersText(answers: UrlRun['answers']): string[] {
  const all = Object.values(answers).reduce((sum, count) => sum + count, 0);
  return Object.entries(answers).flatMap(([status, count]) => {
    if (Number(status) < 400 || count === 0) return [];
    if (count >= MOSTLY * all) {
      return [
        `${count === all ? 'every answer' : `${count} of ${all} answers`} had status ${status}: what other answers do was not measured`,
      ];
    }
    return [`${count} of ${all} answers had status ${status}`];
  });
}

function failuresText({ failures }: UrlRun): string[] {
  return Object.entries(failures).map(
    ([code, count]) => `${counted(count, 'request')} failed (${failureText(code)}); rates are per completed request`,
  );
}

function endedText(url: ProbeUrl, { lives, measurement }: UrlRun, masked: boolean): string[] {
  const ended = lives.filter((life) => life.ended);
  if (ended.length === 0 || measurement === null) return [];
  if (ended.length === lives.length)
    return [
      `${counted(ended.length, 'process ended', 'processes ended')} under load, and nobody took ${ended.length === 1 ? 'its' : 'their'} place`,
    ];
  if (url.recycledEvery === null)
    return [
      ended.length === 1
        ? '1 process ended while it was watched'
        : `${ended.length} processes ended while they were watched`,
    ];
  const requests = Math.round(url.recycledEvery);
  const every = `a worker is replaced ${requests > 1 ? `every ${requests} requests` : 'with each request'}`;
  return [masked ? `masked: ${every}, which closes what it had kept` : every];
}

function stoppedText({ stopped, requests }: ProbeUrl): string[] {
  switch (stopped) {
    case 'headroom':
      return [`stopped after ${requests.sent} requests: more could have taken over half of the remaining headroom`];
    case 'instances':
      return [
        `stopped after ${requests.sent} requests: more could have taken the last of the user's inotify instances (fs.inotify.max_user_instances)`,
      ];
    case 'limit':
      return [`stopped after ${requests.sent} requests: a process reached its limit`];
    case 'deadline':
      return [`stopped after ${requests.sent} requests: the time was up (--deadline)`];
    case 'failing':
      return [`stopped after ${requests.sent} requests: the last of them failed`];
    case 'gone':
      return [`stopped after ${requests.sent} requests: the processes ended`];
    case 'interrupted':
      return [`interrupted after ${requests.sent} requests`];
    default:
      return [];
  }
}
