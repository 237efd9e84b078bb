/** Before any browser test: what it looks at is built from the sources as they are. */
import { ALL_TARGETS, buildStale } from '../../../scripts/build.mjs';

// biome-ignore lint/style/noDefaultExport: Playwright wants it
export default async function build(): Promise<void> {
  const { code, output } = await buildStale(ALL_TARGETS);
  if (code !== 0) throw new Error(output);
}
