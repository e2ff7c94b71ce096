import type { TargetGroup } from '../../analysis/leak-rule/measurement.ts';
import type { OpenFile } from '../../model/open-file.ts';
import { patternOf } from '../../model/pattern.ts';

/** Groups beyond so many go into one: a service with that many patterns has names that do not fold. */
const MOST_GROUPS = 4000;

const REST: TargetGroup = { type: 'unknown', class: 'other', pattern: '*', name: '(further patterns)' };

/** What is counted of a process whose table may not be listed: its number of descriptors, without a word what they are. */
const UNNAMED: TargetGroup = {
  type: 'unknown',
  class: 'unreadable',
  pattern: '(names not readable)',
  name: '(names not readable)',
};

const DELETED = ' (deleted)';

/** The groups of a measurement, numbered as they turn up. */
export class GroupBook {
  readonly groups: TargetGroup[] = [];
  readonly #known = new Map<string, number>();
  readonly #several = new Set<number>();

  /**
   * Number of the group that an open file belongs to.
   *
   * @param upstream whether a server that the service asks has it open
   */
  of(file: OpenFile, upstream: boolean): number {
    const target = file.target ?? file.name ?? file.type ?? file.class;
    const name = file.deleted === true && !target.endsWith(DELETED) ? `${target}${DELETED}` : target;
    const group = { type: file.type ?? 'unknown', class: file.class, pattern: patternOf(name), name };
    const number = this.#intern(upstream ? { ...group, upstream } : group);
    if (this.groups[number].name !== name) this.#several.add(number);
    return number;
  }

  /** Whether targets of different names were seen in a group. */
  hasSeveral(group: TargetGroup): boolean {
    return this.#several.has(this.#intern(group));
  }

  unnamed(): number {
    return this.#intern(UNNAMED);
  }

  /** Whether the files of a group are deleted. */
  isDeleted(group: number): boolean {
    return this.groups[group].pattern.endsWith(DELETED);
  }

  #intern(group: TargetGroup): number {
    const key = `${group.type}\0${group.class}\0${group.upstream === true}\0${group.pattern}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.groups.length >= MOST_GROUPS && group !== REST) return this.#intern(REST);
    this.#known.set(key, this.groups.length);
    this.groups.push(group);
    return this.groups.length - 1;
  }
}
