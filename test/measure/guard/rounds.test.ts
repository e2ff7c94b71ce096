import { describe, expect, it } from 'vitest';
import type { GuardBudget } from '../../../src/analysis/guard/budget.ts';
import type { Collector } from '../../../src/measure/guard/collector.ts';
import { type AskDisk, checkDisk, diskCollector } from '../../../src/measure/guard/disk.ts';
import { Rounds } from '../../../src/measure/guard/rounds.ts';

const budget = (folder: string, kind: GuardBudget['kind'] = 'disk-bytes', limit = 1): GuardBudget => ({
  kind,
  limit,
  per: null,
  folder,
});

/** A clock by which nothing takes time. */
const still = (): number => 0;

/** Answers as it is told to; `null` = never. */
function scripted(name: string, period: number, answers: (string | null)[]): Collector & { asked: number[] } {
  const asked: number[] = [];
  return {
    budget: budget(name),
    period,
    patience: 10,
    asked,
    collect(seconds) {
      asked.push(seconds);
      const answer = answers.shift();
      if (answer === null) return new Promise(() => {});
      return answer === undefined ? Promise.resolve([]) : Promise.reject(new Error(answer));
    },
  };
}

async function play(rounds: Rounds, seconds: number): Promise<string[]> {
  const told: string[] = [];
  for (let at = 0; at <= seconds; at++) {
    for (const outcome of rounds.turn(at)) {
      told.push(`${at} ${outcome.budget.folder} ${'failure' in outcome ? outcome.failure : 'ok'}`);
    }
    await new Promise(setImmediate);
  }
  return told;
}

describe('rounds', () => {
  it('let everybody measure at its own pace', async () => {
    const [slow, fast] = [scripted('slow', 30, []), scripted('fast', 1, [])];
    const rounds = new Rounds([slow, fast], still);
    await rounds.first(0);
    await play(rounds, 60);
    expect(slow.asked).toEqual([0, 30, 60]);
    expect(fast.asked).toHaveLength(61);
  });

  it('go on where one fails', async () => {
    const rounds = new Rounds([scripted('bad', 2, ['EIO']), scripted('good', 3, [])], still);
    expect(await play(rounds, 5)).toEqual(['1 bad EIO', '1 good ok', '3 bad ok', '4 good ok', '5 bad ok']);
  });

  it('say who gives no answer, and do not ask again', async () => {
    const hangs = scripted('hangs', 1, [null]);
    const rounds = new Rounds([hangs, scripted('good', 20, [])], still);
    expect(await play(rounds, 25)).toEqual([
      '1 good ok',
      '10 hangs no answer for 10 s',
      '20 hangs no answer for 20 s',
      '21 good ok',
    ]);
    expect(hangs.asked).toHaveLength(1);
  });

  it('begin with everybody, who is waited for', async () => {
    const rounds = new Rounds([scripted('a', 1, []), scripted('b', 1, ['EIO'])], still);
    expect(await rounds.first(0)).toMatchObject([{ budget: { folder: 'a' }, observed: [] }, { failure: 'EIO' }]);
  });

  it('come less often to those who take long', async () => {
    let time = 0;
    const slow = scripted('slow', 10, []);
    const rounds = new Rounds([slow], () => time++);
    await rounds.first(0);
    await play(rounds, 110);
    expect(slow.asked).toEqual([0, 50, 100]);
  });

  it('end with everybody, due or not, but for who has just measured', async () => {
    const [each, slow, now] = [scripted('each', 0, []), scripted('slow', 60, []), scripted('now', 5, [])];
    const rounds = new Rounds([each, slow, now], still);
    await rounds.first(0);
    rounds.turn(5);
    await new Promise(setImmediate);
    expect(await rounds.last(5)).toMatchObject([
      { budget: { folder: 'each' } },
      { budget: { folder: 'now' } },
      { budget: { folder: 'each' } },
      { budget: { folder: 'slow' } },
    ]);
    expect([each.asked, slow.asked, now.asked]).toEqual([
      [0, 5, 5],
      [0, 5],
      [0, 5],
    ]);
  });
});

const STATFS = { bsize: 4096, blocks: 1000, bfree: 300, bavail: 250, files: 100, ffree: 40 };
const failing =
  (code: string): AskDisk =>
  async () => {
    throw Object.assign(new Error(`${code}: it failed`), { code });
  };

describe('a disk', () => {
  it('has free what an ordinary user may take, as df says it', async () => {
    const [space, inodes] = await diskCollector(budget('/x', 'disk-share'), async () => STATFS).collect(0);
    expect(space).toMatchObject({ value: 250 / 950, evidence: { available: 250 * 4096 } });
    expect(inodes?.value).toBe(0.4);
  });

  it('is asked more often for a short time', () => {
    expect(diskCollector(budget('/x', 'disk-time', 3600)).period).toBe(30);
    expect(diskCollector(budget('/x', 'disk-time', 100)).period).toBe(5);
    expect(diskCollector(budget('/x', 'disk-time', 1)).period).toBe(1);
    expect(diskCollector(budget('/x', 'disk-bytes', 1)).period).toBe(30);
  });

  it('that fails says why in a word', async () => {
    await expect(diskCollector(budget('/x'), failing('EIO')).collect(0)).rejects.toThrow(/^EIO$/);
  });

  it.each([
    ['ENOENT', 2, /no such folder/],
    ['ENOTDIR', 2, /no such folder/],
    ['EACCES', 3, /no permission/],
    ['EIO', 2, /cannot be looked at \(EIO\)/],
  ])('is checked before: %s', async (code, exitCode, message) => {
    await expect(checkDisk(budget('/x'), failing(code))).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
    });
  });

  it('has a size, or is none', async () => {
    await checkDisk(budget('/x'), async () => STATFS);
    await expect(checkDisk(budget('/x'), async () => ({ ...STATFS, blocks: 0 }))).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});
