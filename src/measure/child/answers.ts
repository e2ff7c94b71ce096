import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

/** Time for one answer, ms. */
const PATIENCE_MS = 5000;
/** From this status on the service says that it is not ready. */
const FAILING = 500;

/** Whether a URL answers with a status below 500, over a connection of its own that is closed at once. */
export function answers(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = url.startsWith('https:') ? secure : plain;
    const sent = request(url, { agent: false, signal, timeout: PATIENCE_MS, rejectUnauthorized: false });
    sent.on('response', (response) => {
      resolve((response.statusCode ?? FAILING) < FAILING);
      sent.destroy();
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(false));
    sent.on('close', () => resolve(false));
    sent.end();
  });
}
