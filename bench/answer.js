import { execFileSync } from 'node:child_process';

const LARGEST_ANSWER = 1 << 30;

/** Fast and wrong does not count: the answer must hold every process, row and descriptor that was written. */
export function checkAnswer([program, ...words], truth) {
  const answer = JSON.parse(execFileSync(program, words, { maxBuffer: LARGEST_ANSWER }));
  const found = {
    processes: answer.processes.length,
    rows: answer.coverage.lines.rows,
    descriptors: answer.processes.reduce((sum, { descriptors }) => sum + descriptors, 0),
  };
  for (const [name, value] of Object.entries(found)) {
    if (value !== truth[name]) throw new Error(`${words.join(' ')}: ${value} ${name} found, ${truth[name]} written`);
  }
}
