/** Colours by meaning. A view never depends on them: what they say is also said by a word or a sign. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  critical(text: string): string;
  warning(text: string): string;
  good(text: string): string;
  command(text: string): string;
}

const same = (text: string): string => text;

/** No colour: pipes, files, NO_COLOR. */
export const PLAIN_STYLE: Style = {
  strong: same,
  faint: same,
  critical: same,
  warning: same,
  good: same,
  command: same,
};
