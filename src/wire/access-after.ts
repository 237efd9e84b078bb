/** How records change who is in a room. */
import type { Access } from './access.ts';
import type { Blake2b256 } from './chain.ts';
import { firstEpoch, nextEpoch } from './epoch-access.ts';
import { afterNotice } from './notice-access.ts';
import type { Parsed } from './parsed-record.ts';
import { accept, refuse, type Verdict } from './refusals.ts';

/**
 * Access after a record that `judgeHeader` has passed (or after the first record of a log: `access` null).
 * Proofs must hold; `seq` is the record's own position.
 */
export function accessAfter(hash: Blake2b256, access: Access | null, parsed: Parsed, seq: number): Verdict<Access> {
  const { control, record } = parsed;
  if (control.type === 'epoch')
    return access ? nextEpoch(hash, access, record, control.body, seq) : firstEpoch(hash, record, control.body);
  if (!access) return refuse('bad-epoch', 'a log begins with an epoch record');
  return control.type === 'notice' ? afterNotice(hash, access, record.header, control.notice, seq) : accept(access);
}
