import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkAnswer } from '../answer.js';
import { writeDump } from '../dump.js';
import { byTurns, firstOf, once } from '../measure.js';
import { fasterRow, missingRow, ratioRow } from '../table.js';

const SIZE = 100e6;
const PANDAS = fileURLToPath(new URL('../pandas_rank.py', import.meta.url));

/** Every column of a dump of 100 MB and the ranking of its processes, against the pipeline that people type and a dataframe. */
export function benchParse({ folder, leaksof, rounds, say }) {
  return [false, true].flatMap((unique) => {
    const names = unique ? 'unique names' : 'repeated names';
    say(`parse: 100 MB, ${names}`);
    const path = join(folder, 'dump.txt');
    const truth = writeDump(path, SIZE, unique);
    const command = leaksof('rank', path, '--format', 'json');
    checkAnswer(command, truth);
    const runs = byTurns(
      {
        own: command,
        pipeline: ['sh', '-c', `awk '{print $2}' "$0" | sort | uniq -c | sort -rn`, path],
        awk: ['awk', '{c[$2]++} END {for (pid in c) print c[pid], pid}', path],
      },
      rounds,
    );
    const work = `rank 100 MB, ${names}`;
    const rows = [
      ratioRow(work, runs.own, 'awk, sort, uniq -c, sort -rn', runs.pipeline, unique ? 2 : 1),
      { ...ratioRow(work, runs.own, 'awk count', runs.awk, 1), target: 'aim: 1 x', met: null },
      pandasRow(work, runs.own, path, say),
    ];
    rmSync(path);
    return rows;
  });
}

/** One run: it takes half a minute. */
function pandasRow(work, own, path, say) {
  const python = firstOf([
    ['/usr/bin/python3', '-c', 'import pandas'],
    ['python3', '-c', 'import pandas'],
  ])?.[0];
  if (python === undefined) return missingRow(`${work}, dataframe`, 'no pandas here: apt-get install python3-pandas');
  say('parse: pandas.read_fwf, once');
  return fasterRow(work, own, 'pandas.read_fwf + value_counts', once([python, PANDAS, path]), 20);
}
