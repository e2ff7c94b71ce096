export type { ProcessFact } from './model/process.ts';
