/** How far Yjs walks in earnest: `Item.integrate` puts each struct that it walks over into two sets. */
import * as Y from 'yjs';

export function walkedBy(run: () => void): number {
  const { add } = Set.prototype;
  let added = 0;
  Set.prototype.add = function (this: Set<unknown>, value: unknown) {
    if (value instanceof Y.Item) added++;
    return add.call(this, value);
  };
  try {
    run();
  } finally {
    Set.prototype.add = add;
  }
  return added / 2;
}
