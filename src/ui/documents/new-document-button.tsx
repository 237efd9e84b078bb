import ChevronDown from 'lucide-solid/icons/chevron-down';
import Plus from 'lucide-solid/icons/plus';
import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { MenuItem, OptionsMenu } from '../controls/options-menu.tsx';
import { strings } from '../strings.ts';
import type { NewDocument } from './new-document.ts';
import styles from './start-page.module.css';

const words = strings.start;

/** `withChoice`: the other kinds of documents are offered beside. */
export function NewDocumentButton(props: { creation: NewDocument; withChoice?: boolean }): JSX.Element {
  return (
    <div class={styles.create}>
      <Button look="primary" disabled={props.creation.busy()} onClick={() => void props.creation.create()}>
        <Plus size={18} aria-hidden="true" />
        {words.create}
      </Button>
      <Show when={props.withChoice}>
        <OptionsMenu label={words.createOther} look="primary" icon={<ChevronDown size={18} aria-hidden="true" />}>
          <MenuItem onSelect={() => void props.creation.create('start-empty')}>
            <span class={styles.kind}>
              {words.createStartEmpty}
              <span class={styles.kindMeans}>{words.createStartEmptyMeans}</span>
            </span>
          </MenuItem>
        </OptionsMenu>
      </Show>
    </div>
  );
}
