import { judgeMeasurement } from '../../src/analysis/leak-rule/leak-rule.ts';
import type { LeakVerdict } from '../../src/analysis/leak-rule/verdict.ts';
import { random } from '../../test/support/leak-simulation/random.ts';
import { type Recording, recordings } from '../../test/support/matrix/recordings.ts';
import { type Injection, inject } from './inject.ts';
import { resampled } from './resample.ts';

const RATES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 2] as const;
/** Replays of each healthy recording with each injected leak. */
const INJECTED = 5;

/** What replaying found. */
interface Tally {
  readonly name: string;
  replays: number;
  leak: number;
  clean: number;
  /** Called clean, with a bound below the true rate. */
  denied: number;
  covered: number;
}

/**
 * Replays what was recorded and prints the rule's power.
 *
 * @returns whether no healthy server was accused, and no recorded leak missed
 */
export function replayAll(replays: number, print: (line: string) => void): boolean {
  const all = recordings();
  const healthy = all.filter(({ target }) => target.expected.verdict === 'healthy');
  const leaking = all.filter(({ target }) => target.expected.verdict === 'leak');
  print(
    `${all.length} recordings, ${healthy.length} of healthy servers, ${leaking.length} of leaks; ${replays} replays each`,
  );

  print('\nFalse alarms, by recording:');
  let accused = 0;
  for (const recording of healthy) {
    const tally = replay(recording, replays);
    accused += tally.leak;
    print(
      row(tally.leak > 0 ? '!!' : '', tally.name, `${tally.leak} false alarms`, `${share(tally.clean, replays)} clean`),
    );
  }

  print('\nRecorded leaks:');
  let missed = 0;
  for (const recording of leaking) {
    const [plain, tally] = [judgeMeasurement(recording.measurement).verdict, replay(recording, replays)];
    if (plain !== 'leak') missed++;
    const found = `${share(tally.leak, replays)} found`;
    print(row(plain === 'leak' ? '' : '!', tally.name, found, `${share(tally.covered, tally.leak)} covered`));
  }

  for (const place of ['own', 'busiest'] as const) {
    print(
      `\nLeaks put into healthy recordings, ${place === 'own' ? 'in a group of their own' : 'in the busiest group'}:`,
    );
    for (const rate of RATES)
      for (const manner of ['exact', 'random'] as const) {
        const tally = injected(healthy, { rate, manner, place });
        const found = `${share(tally.leak, tally.replays)} found`;
        print(
          row(
            '',
            `${rate} ${manner}`,
            found,
            `${share(tally.clean, tally.replays)} clean`,
            `${share(tally.denied, tally.replays)} denied`,
            `${share(tally.covered, tally.leak)} covered`,
          ),
        );
      }
  }
  print(
    `\n${accused} false alarms in ${healthy.length * replays} replays of healthy servers, ${missed} recorded leaks missed`,
  );
  return accused === 0 && missed === 0;
}

function replay({ target, measurement }: Recording, replays: number): Tally {
  const tally: Tally = { name: target.name, replays, leak: 0, clean: 0, denied: 0, covered: 0 };
  const truth = target.expected.verdict === 'leak' ? target.expected.rate : 0;
  for (let seed = 0; seed < replays; seed++) {
    count(tally, judgeMeasurement(resampled(measurement, random(seed))), truth);
  }
  return tally;
}

function injected(healthy: readonly Recording[], injection: Injection): Tally {
  const tally: Tally = { name: '', replays: 0, leak: 0, clean: 0, denied: 0, covered: 0 };
  for (const [index, { measurement }] of healthy.entries()) {
    for (let seed = 0; seed < INJECTED; seed++) {
      const chance = random(index * INJECTED + seed);
      count(tally, judgeMeasurement(resampled(inject(measurement, injection, chance), chance)), injection.rate);
      tally.replays++;
    }
  }
  return tally;
}

function count(tally: Tally, { verdict, perRequest, detectable }: LeakVerdict, truth: number): void {
  if (verdict === 'clean') tally.clean++;
  if (verdict === 'clean' && detectable < truth) tally.denied++;
  if (verdict !== 'leak') return;
  tally.leak++;
  if (perRequest.low <= truth && truth <= perRequest.high) tally.covered++;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(0)} %`;
}

function row(mark: string, name: string, ...cells: readonly string[]): string {
  return `${mark.padEnd(3)}${name.padEnd(50)}${cells.map((cell) => cell.padEnd(18)).join('')}`.trimEnd();
}
