import { document, jsonText } from './document.ts';
import { safeJson } from './escape.ts';
import type { View } from './view.ts';

/** One document. */
export const jsonView: View = (report) => `${safeJson(jsonText(document(report), 2))}\n`;
