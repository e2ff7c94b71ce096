import { arePortsAlike, isServicePort } from '../../model/endpoint-pattern.ts';
import type { Tokens } from './token.ts';

/** Addresses that every machine has. */
const COMMON_HOST = /^(?:\*|localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1?\]?|)$/;

/** `host:port` with tokens for both; a port keeps its range, since patterns blank those that the system picks. */
export function redactEndpoint(endpoint: string, tokens: Tokens): string {
  const colon = endpoint.lastIndexOf(':');
  if (colon < 0) return redactHost(endpoint, tokens);
  return `${redactHost(endpoint.slice(0, colon), tokens)}:${redactPort(endpoint.slice(colon + 1), tokens)}`;
}

function redactHost(host: string, tokens: Tokens): string {
  return COMMON_HOST.test(host) ? host : tokens.word('host', host);
}

function redactPort(port: string, tokens: Tokens): string {
  if (port === '*' || port === '') return port;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535 || isServicePort(number)) return tokens.word('port', port);
  return String(tokens.port(number, arePortsAlike));
}
