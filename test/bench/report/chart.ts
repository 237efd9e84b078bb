/** Horizontal bars in groups, as an SVG that reads on light and dark pages. */

export type Bar = { readonly label: string; readonly value: number; readonly text: string; readonly ours?: boolean };
export type Group = { readonly title: string; readonly bars: readonly Bar[] };

const WIDTH = 720;
const LABEL_WIDTH = 200;
const BAR_HEIGHT = 18;
const GAP = 6;
const TITLE_HEIGHT = 30;
const TEXT_WIDTH = 110;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .bar { fill: #8c959f; }
  .ours { fill: #0969da; }
  .mark { stroke: #57606a; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .bar { fill: #6e7681; }
    .ours { fill: #58a6ff; }
    .mark { stroke: #8b949e; }
  }`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Each group has a scale of its own. `mark`: a line at this value, as far as it lies within the scale. */
export function barChart(title: string, groups: readonly Group[], mark?: number): string {
  const parts: string[] = [];
  let y = 34;
  for (const { title: groupTitle, bars } of groups) {
    const largest = Math.max(...bars.map(({ value }) => value), mark ?? 0);
    const scale = (WIDTH - LABEL_WIDTH - TEXT_WIDTH) / (largest || 1);
    parts.push(`<text class="title" x="0" y="${y + 14}">${escaped(groupTitle)}</text>`);
    y += TITLE_HEIGHT - 8;
    const top = y;
    for (const { label, value, text, ours } of bars) {
      const width = Math.max(1, value * scale).toFixed(1);
      parts.push(
        `<text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>`,
        `<rect class="bar${ours ? ' ours' : ''}" x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2"/>`,
        `<text x="${(LABEL_WIDTH + value * scale + 6).toFixed(1)}" y="${y + 14}">${escaped(text)}</text>`,
      );
      y += BAR_HEIGHT + GAP;
    }
    if (mark !== undefined) {
      const x = (LABEL_WIDTH + mark * scale).toFixed(1);
      parts.push(`<line class="mark" x1="${x}" y1="${top - 2}" x2="${x}" y2="${y - 2}"/>`);
    }
    y += 12;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
<text class="title" x="0" y="18">${escaped(title)}</text>
${parts.join('\n')}
</svg>
`;
}
