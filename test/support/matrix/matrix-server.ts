import type { DescriptorClass } from '../../../src/model/descriptor-class.ts';

/** What a probe of a server must say of it. */
export type Expected =
  /** This leak, at this rate. */
  | {
      readonly verdict: 'leak';
      /** Descriptors lost per completed request. */
      readonly rate: number;
      readonly class: DescriptorClass;
      /** lsof's TYPE. */
      readonly type: string;
      /** Found in the pattern or the name of the group. */
      readonly target: RegExp;
      /** By chance, so that a measured rate scatters about the true one; else exactly every so many requests. */
      readonly random?: boolean;
    }
  /**
   * No leak. `clean`: nothing may hinder that verdict either. `needs`: so many requests, since with fewer a population that is
   * still growing is what a leak would be.
   */
  | { readonly verdict: 'healthy'; readonly clean: boolean; readonly needs?: number }
  /** Nothing that a measurement of seconds can tell from a leak: any verdict, with its bounds. */
  | { readonly verdict: 'unknowable' }
  /** A server that cannot be measured, or not to the end: never clean. */
  | { readonly verdict: 'not-clean' }
  | { readonly verdict: 'inconclusive' };

/** A server whose treatment of descriptors is known, as data. */
export interface MatrixServer {
  readonly name: string;
  /** server/main.py, leaky-node.js or leaky.c, with these words after the folder. */
  readonly program: 'python' | 'node' | 'c';
  readonly words: readonly string[];
  /** It connects to a server that keeps its connections, or closes them at once. */
  readonly sink?: 'hold' | 'close';
  /** Others that use it meanwhile: about `mean` at a time, each for `stay` seconds. */
  readonly clients?: { readonly mean: number; readonly stay: number };
  /** nginx in front of it, by TCP or by a unix socket. */
  readonly front?: 'tcp' | 'unix';
  /** In a network namespace of its own. */
  readonly apart?: boolean;
  /** More words for `leaksof probe`. */
  readonly probe?: readonly string[];
  readonly method?: 'GET' | 'POST';
  readonly expected: Expected;
}
