// The thread that reads and parses a large input, while the one that started it counts: rows go into shared slots.
import { parentPort, workerData } from 'node:worker_threads';
import { plainInput } from '../plain-input.ts';
import { errorMessage } from './error-message.ts';
import { Gate } from './gate.ts';
import type { ThreadMessage, ThreadTask } from './message.ts';
import { SlotWriter } from './slot-writer.ts';

const { path, dialect, gate, slots } = workerData as ThreadTask;
const send = (message: ThreadMessage): void => parentPort?.postMessage(message);
const writer = new SlotWriter(new Gate(slots, gate), slots, send);
try {
  const result = await plainInput({ path, dialect }).read(writer);
  writer.flush();
  send({ kind: 'result', result });
} catch (error) {
  // What was read before goes first, as it would without threads.
  writer.flush();
  send({ kind: 'error', error: errorMessage(error) });
}
