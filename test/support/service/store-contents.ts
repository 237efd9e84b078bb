import { toBase64Url } from '../../../src/wire/base64url.ts';
import type { Store } from '../../../sync-server/store/store.ts';

/** All that a store holds, as text to compare. */
export async function contentsOf(store: Store): Promise<string> {
  const entries: string[] = [];
  for await (const { key, value } of store.range({ from: new Uint8Array(), to: new Uint8Array(40).fill(0xff) }))
    entries.push(`${toBase64Url(key)}=${toBase64Url(value)}`);
  return entries.join('\n');
}
