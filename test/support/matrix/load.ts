import { request } from 'node:http';

/** Sends requests one by one, each on a connection of its own; gives how many were answered, by status. */
export async function sendRequests(url: string, requests: number, method = 'GET'): Promise<Map<number, number>> {
  const answers = new Map<number, number>();
  for (let count = 0; count < requests; count++) {
    const status = await once(url, method);
    answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  return answers;
}

/** Status of one answer; 0 if there was none. */
function once(url: string, method: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(
      url,
      { method, agent: false, timeout: 2000, headers: { connection: 'close' } },
      (response) => {
        response.resume().on('close', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end();
  });
}
