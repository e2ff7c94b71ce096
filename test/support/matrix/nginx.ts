import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { startChild } from './child.ts';

/** Starts Debian's nginx in front of `upstream` (`host:port` or `unix:PATH`), or of the files of `folder` without one. */
export async function startNginx(
  folder: string,
  upstream: string | null,
): Promise<{ origin: string; pid: number; stop(): Promise<void> }> {
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, `nginx-${name}`)};`,
  );
  writeFileSync(
    config,
    `daemon off;
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'nginx-error.log')};
events { worker_connections 512; }
http {
  access_log off;
  ${places.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { ${upstream === null ? `root ${folder};` : `proxy_pass http://${upstream};`} }
  }
}
`,
  );
  const child = await startChild(['nginx', '-c', config, '-e', join(folder, 'nginx-error.log')], { port });
  return { origin: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop() };
}
