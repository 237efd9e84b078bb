import { A } from '@solidjs/router';
import type { JSX } from 'solid-js';
import { strings } from '../strings.ts';
import { Seal } from './seal.tsx';
import styles from './wordmark.module.css';

export function Wordmark(): JSX.Element {
  return (
    <A href="/" class={styles.wordmark}>
      <Seal size={28} />
      <span class={styles.name}>{strings.product}</span>
    </A>
  );
}
