// How much the leak rule sees, and whom it accuses: servers with a known leak rate, recorded or live.
//
//   npm run bench:power                    replays the recordings of fixtures/power, with leaks put into the healthy ones
//   npm run bench:power -- --check         the servers themselves: their rate by a plain load and by /proc
//   npm run bench:power -- --record        probes every server once and saves what it measured
//   npm run bench:power -- --live          probes every server (--repeat N, 3 if not given) and compares with the truth
//   ... --only TEXT                        servers whose name has this text (may be repeated)
import { register } from 'node:module';

register('./typescript-hook.js', import.meta.url);
await import('./main.ts');
