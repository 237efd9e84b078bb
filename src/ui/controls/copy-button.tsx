import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { type JSX, Show } from 'solid-js';
import { Button } from './button.tsx';
import type { CopyResult } from './clipboard.ts';

/** Copies, and shows for good that it did. What happened is said in words beside it. */
export function CopyButton(props: { result: CopyResult; onCopy: () => void; children: JSX.Element }): JSX.Element {
  return (
    <Button look="plain" onClick={() => props.onCopy()}>
      <Show when={props.result === 'copied'} fallback={<Copy size={16} aria-hidden="true" />}>
        <Check size={16} aria-hidden="true" />
      </Show>
      {props.children}
    </Button>
  );
}
