import type { View } from './view.ts';

/** Every format a report can be shown in, loaded on use. A new view is one file and one line here. */
export const VIEWS = {
  terminal: async (): Promise<View> => (await import('./terminal.ts')).terminalView,
  json: async (): Promise<View> => (await import('./json.ts')).jsonView,
  ndjson: async (): Promise<View> => (await import('./ndjson.ts')).ndjsonView,
  csv: async (): Promise<View> => (await import('./delimited.ts')).csvView,
  tsv: async (): Promise<View> => (await import('./delimited.ts')).tsvView,
  markdown: async (): Promise<View> => (await import('./markdown.ts')).markdownView,
  junit: async (): Promise<View> => (await import('./junit.ts')).junitView,
  github: async (): Promise<View> => (await import('./github.ts')).githubView,
} as const;
