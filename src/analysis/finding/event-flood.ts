import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { percentText } from '../../model/percent.ts';
import { lines, showLine } from '../next-command.ts';
import { processName } from '../process/process-summary.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'event-flood';
/** A program with many of them for good reasons (a runtime with an epoll per thread) holds other things too. */
const SHARE = 0.25;
const WARNING_FACTOR = 4;

/** From how many up each class is worth a word, and what making one too many looks like in code. */
const FLOODS: readonly (readonly [DescriptorClass, number, string])[] = [
  ['epoll', 64, 'an event loop or HTTP client is made for each request and never closed'],
  ['eventfd', 256, 'an event loop, thread pool or context is made for each request and never closed'],
  ['timerfd', 64, 'a timer is made for each request and never closed'],
  ['inotify', 32, 'a file watcher is made again and again and never closed'],
  ['signalfd', 32, 'a signal handler is set up again and again and never closed'],
  ['pidfd', 128, 'children are waited for by pidfd and the pidfd is never closed'],
];

export const eventFlood: FindingRule = {
  name: NAME,
  label: 'event descriptors flood',
  doc: 'One process holds very many epoll (64), eventfd (256), timerfd (64), inotify (32), signalfd (32) or pidfd (128) descriptors and they are a quarter of what it holds; four times as many are a warning. An event loop needs one or two of each per thread; busy runtimes and container managers stay below these numbers.',
  start: () => ({ find }),
};

function find({ summaries, source }: FindingContext) {
  return summaries.flatMap((summary) =>
    FLOODS.flatMap(([kind, least, cause]) => {
      const count = summary.classes?.[kind] ?? 0;
      const share = summary.listed ? count / summary.listed : 0;
      if (count < least || share < SHARE) return [];
      return [
        aboutProcess(NAME, count >= least * WARNING_FACTOR ? 'warning' : 'info', summary, {
          message: `${processName(summary)} holds ${count} ${kind} descriptors, ${percentText(share)} of what it has open: most often ${cause}.`,
          evidence: { class: kind, count, share },
          target: kind,
          next: lines(showLine(source, summary)),
        }),
      ];
    }),
  );
}
