import type { ChurnLine } from '../../analysis/churn/line.ts';
import { lifeText } from '../../analysis/churn/slot-text.ts';

/** Starts and ends of one second that are told one by one; beyond they are counted. */
const SINGLE = 4;

/** A line for people, and the moment it is of: of several the last. */
interface SpokenLine {
  readonly seconds: number;
  readonly text: string;
}

/** Tells what happens to workers: in lines of their own, or one for a second in which very much happens. */
export class LinesBySecond {
  #lines: ChurnLine[] = [];
  #second = -1;

  add(line: ChurnLine): void {
    this.#lines.push(line);
  }

  /** What there is to say as soon as a second is over; null before that. */
  turn(seconds: number, alive: number): readonly SpokenLine[] | null {
    const now = Math.floor(seconds);
    if (now === this.#second) return null;
    const spoken = this.flush(alive);
    this.#second = now;
    return spoken;
  }

  /** What there is to say. */
  flush(alive: number): readonly SpokenLine[] {
    const lines = this.#lines;
    this.#lines = [];
    const passing = lines.filter(({ kind }) => kind === 'started' || kind === 'ended');
    if (passing.length <= SINGLE) return lines.map(spokenLine);
    const ends = passing.filter(({ kind }) => kind === 'ended').length;
    const text = `${ends} ended, ${passing.length - ends} began, ${alive} alive`;
    const others = lines.filter((line) => !passing.includes(line));
    return [{ seconds: passing.at(-1)?.seconds ?? 0, text }, ...others.map(spokenLine)];
  }
}

export function spokenLine(line: ChurnLine): SpokenLine {
  return { seconds: line.seconds, text: lineText(line) };
}

function lineText(line: ChurnLine): string {
  switch (line.kind) {
    case 'started':
      return `${line.command ?? 'process'} ${line.pid} began`;
    case 'ended': {
      const held = line.descriptors === null ? '' : `, ${line.descriptors} descriptors`;
      return `${line.command ?? 'process'} ${line.pid} ended after ${lifeText(line.lived)}: ${line.status}${held}`;
    }
    case 'left': {
      const ports = line.ports?.length ? `, keeping ${line.ports.join(', ')}` : '';
      return `manager ${line.pid} is gone, ${line.pids.join(', ')} live on${ports}`;
    }
    case 'over-budget':
      return `over --max-exits ${line.limit}`;
  }
}
