import type { Section } from '../../model/report.ts';
import type { ChurnCourse, ChurnManager, ChurnSlot } from '../churn/churn-data.ts';
import { channelText, slotTables } from '../churn/churn-sections.ts';
import { lifeText, slotName, statusesText, VERDICT_WORDS } from '../churn/slot-text.ts';
import { counted } from '../finding/rule.ts';
import { processName } from '../process/process-summary.ts';
import { note } from '../section.ts';

/** A manager that is watched, with its workers. Times of its course are since `began`. */
export interface WatchedFamily extends ChurnCourse {
  /** Seconds after the watch began. */
  readonly began: number;
}

/** Families told of one by one. */
const FAMILIES = 3;

/** How things stand with all workers, in one line for a live screen. */
export function workersLine(families: readonly WatchedFamily[]): string {
  const slots = families.flatMap((family) => family.slots);
  const sum = (of: (slot: ChurnSlot) => number): number => slots.reduce((all, slot) => all + of(slot), 0);
  const [most] = slots.filter(isEnding).sort((one, other) => other.exits - one.exits);
  const alive = `${counted(
    sum((slot) => slot.exits),
    'exit',
  )}, ${sum((slot) => slot.starts)} began, ${sum((slot) => slot.alive)} alive`;
  if (!most) return `workers and manager: ${alive}`;
  const lived = lifeText(most.lifetime.median);
  const words = [
    slotName(most),
    VERDICT_WORDS[most.verdict],
    statusesText(most),
    lived === null ? null : `half after ${lived} or less`,
  ];
  return `workers and manager: ${alive} - ${words.filter((word) => word !== null).join(', ')}`;
}

/** Who ended and how, what was kept, and by which means all that was seen. */
export function workerSections(families: readonly WatchedFamily[], top: number): Section[] {
  const told = families.flatMap(({ slots }) => slots).filter((slot) => isEnding(slot) || slot.descriptors.leaks);
  const tables = told.length === 0 ? [] : slotTables(told, 'workers that ended', top);
  const notes = families
    .slice(-FAMILIES)
    .map((family) => note('plain', `${managerName(family.managers)}: ${channelText(family)}`));
  const others = families.length - notes.length;
  return [
    ...tables,
    ...notes,
    ...(others > 0 ? [note('plain', `${counted(others, 'more manager')} followed (--json)`)] : []),
  ];
}

function isEnding({ exits, unseen }: ChurnSlot): boolean {
  return exits + unseen.least > 0;
}

function managerName(managers: readonly ChurnManager[]): string {
  const last = managers.at(-1);
  return last ? processName(last) : 'a manager';
}
