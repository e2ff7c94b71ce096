import type { DataFrame } from './columns/data-frame.ts';
import type { Input } from './library/input.ts';
import { type Listing, type NamesAsk, type RankAsk, type ReadOptions, read, type ShowAsk } from './library/listing.ts';

export type { RowFilter } from './analysis/filter.ts';
export type { Grouping } from './analysis/group.ts';
export type { ListingPolicy } from './analysis/listing-policy.ts';
export type { NamesData } from './analysis/names/names.ts';
export type { RankData, RankGroup, RankProcess, RankTarget } from './analysis/rank/rank.ts';
export type { ShowData } from './analysis/show/show.ts';
export { type Danfo, type DataFrame, loadDanfo, type Series } from './columns/data-frame.ts';
export type { Input, LiveInput } from './library/input.ts';
export type { KeptListing, Listing, NamesAsk, RankAsk, ReadOptions, ShowAsk } from './library/listing.ts';
export { read } from './library/listing.ts';
export { type RenderFormat, type RenderOptions, render } from './library/render.ts';
export type { Coverage, LineCoverage, ProcessCoverage, UnplacedLine } from './model/coverage.ts';
export { DESCRIPTOR_CLASSES, type DescriptorClass } from './model/descriptor-class.ts';
export { CouldNotTellError, ForeignInputError, LeaksofError, UsageError } from './model/error.ts';
export type { OpenFile } from './model/open-file.ts';
export type { Finding, Report, Section, Severity, SourceInfo, Verdict } from './model/report.ts';
export { type FieldDoc, OPEN_FILE_FIELDS } from './model/schema.ts';
export type { Style } from './view/style.ts';

/** `read(input, options).rank(options)`: which processes are near their limit, what they hold, and what looks wrong. */
export function rank(input: Input, options: ReadOptions & RankAsk = {}): ReturnType<Listing['rank']> {
  return read(input, options).rank(options);
}

/** `read(input, options).names(options)`: which targets are open most, and by how many processes. */
export function names(input: Input, options: ReadOptions & NamesAsk = {}): ReturnType<Listing['names']> {
  return read(input, options).names(options);
}

/** `read(input, options).show(process, options)`: one process in full. */
export function show(
  process: number | string,
  input: Input = { live: true },
  options: ReadOptions & ShowAsk = {},
): ReturnType<Listing['show']> {
  return read(input, options).show(process, options);
}

/** `read(input, options).toDataFrame()`: the rows as a danfo.js DataFrame. */
export function toDataFrame(input: Input, options: ReadOptions = {}): Promise<DataFrame> {
  return read(input, options).toDataFrame();
}
