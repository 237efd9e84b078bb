import { encodeQR } from 'qr';
import { createMemo, type JSX } from 'solid-js';
import styles from './qr-code.module.css';
import { qrPath } from './qr-path.ts';

/** Modules of white around the code; readers need four. */
const QUIET_ZONE = 4;

/** A code for cameras. Always dark on white, whatever the page looks like: many readers know nothing else. */
export function QrCode(props: { text: string; label: string }): JSX.Element {
  const grid = createMemo(() => encodeQR(props.text, 'raw', { border: QUIET_ZONE, ecc: 'medium' }));
  return (
    <svg class={styles.code} viewBox={`0 0 ${grid().length} ${grid().length}`} role="img" aria-label={props.label}>
      <path d={qrPath(grid())} />
    </svg>
  );
}
