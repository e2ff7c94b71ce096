import { durationText } from '../../model/duration-text.ts';
import type { Section } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { amount, figure, label, named, note, tableOf } from '../section.ts';
import type { ChurnAbout, ChurnBudget, ChurnCourse, ChurnData, ChurnSlot } from './churn-data.ts';
import { lifeText, perText, slotName, statusesText, VERDICT_WORDS } from './slot-text.ts';

export function churnSections(data: ChurnData, { top }: Pick<ChurnAbout, 'top'>): Section[] {
  return [
    ...slotTables(data.slots, 'slots', top),
    ...data.budgets.map((budget) => note(budget.verdict === 'pass' ? 'plain' : 'warning', budgetText(budget))),
    ...(data.requests === null ? [] : [note('plain', requestsText(data.requests))]),
    note('plain', `${channelText(data)} · leaksof used ${(data.own.share * 100).toFixed(1)} % of one CPU`),
  ];
}

/** Who held the slots and how they ended, then what those kept that keep something. */
export function slotTables(slots: readonly ChurnSlot[], title: string, top: number): Section[] {
  return [slotTable(slots, title, top), ...keptTable(slots, top)];
}

function slotTable(slots: readonly ChurnSlot[], title: string, top: number): Section {
  return tableOf<ChurnSlot>(
    slots,
    [
      label('verdict', ({ verdict }) => VERDICT_WORDS[verdict]),
      figure('alive', ({ alive }) => alive),
      figure('exits', ({ exits }) => exits),
      amount('per min', ({ exits, exitsPerMinute }) => (exits === 0 ? null : exitsPerMinute.toFixed(1))),
      amount('median', ({ lifetime }) => lifeText(lifetime.median)),
      amount('shortest', ({ lifetime }) => lifeText(lifetime.shortest)),
      amount('last', ({ lifetime }) => lifeText(lifetime.last)),
      label('ended by', statusesText),
      named('slot', slotName),
    ],
    { title, top },
  );
}

/** Of slots that keep something to speak of. */
function keptTable(slots: readonly ChurnSlot[], top: number): Section[] {
  const keeping = slots.filter(({ descriptors: { leaks, perRequest } }) => leaks || (perRequest ?? 0) > 0);
  if (keeping.length === 0) return [];
  const rate = (value: number | null) => (value === null ? null : perText(value));
  return [
    tableOf<ChurnSlot>(
      keeping,
      [
        figure('kept', ({ descriptors }) => descriptors.kept),
        amount('per life', ({ descriptors }) => rate(descriptors.perLife)),
        amount('per minute', ({ descriptors }) => rate(descriptors.perMinute)),
        amount('per request', ({ descriptors }) => rate(descriptors.perRequest)),
        amount('at death', ({ descriptors }) => rate(descriptors.atDeath.median)?.replace(/\.00$/, '') ?? null),
        amount('soft limit', ({ descriptors: { softLimit } }) =>
          softLimit === null || Number.isFinite(softLimit) ? softLimit : 'unlimited',
        ),
        named('slot', slotName),
      ],
      { title: 'descriptors kept inside lives', top },
    ),
  ];
}

function budgetText({ limit, verdict, at, count, span }: ChurnBudget): string {
  const option = `--max-exits ${limit}`;
  if (verdict === 'fail') {
    return `over ${option} after ${lifeText(at)}: ${counted(count ?? 0, 'exit')} in ${lifeText(span)}, planned ones not counted`;
  }
  return verdict === 'pass' ? `within ${option}` : `${option}: could not tell, workers were missed between two looks`;
}

function requestsText({ url, sent, ok, failed, errors }: NonNullable<ChurnData['requests']>): string {
  const bad = [errors > 0 ? `${errors} answered with 5xx` : null, failed > 0 ? `${failed} without an answer` : null];
  const words = bad.filter((word) => word !== null);
  return `${counted(sent, 'request')} to ${url}, ${ok - errors} answered${words.length === 0 ? '' : `, ${words.join(', ')}`}`;
}

/** Which means saw it, and what that can have missed. */
export function channelText({ channel, processes, exits, seconds }: ChurnCourse): string {
  const { seen, least, most } = processes;
  const how =
    channel.name === 'events'
      ? `by the kernel's process events${channel.lost > 0 ? ', some of which were lost' : ', which miss none'}`
      : `by ${channel.hertz} looks a second (no process events: ${channel.why ?? ''})`;
  const bounds =
    most === seen ? '' : `; at least ${least}${most === null ? '' : ` and at most ${most}`} must have existed`;
  return `${counted(exits, 'exit')} in ${durationText(seconds)}, ${counted(seen, 'process', 'processes')} seen ${how}${bounds}`;
}
