import { type JSX, Show } from 'solid-js';
import { CheckField } from '../controls/check-field.tsx';
import { strings } from '../strings.ts';

/** Whether the documents of this device move into the account. Only asked where there are some. */
export function TakeDocuments(props: {
  documents: number;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <Show when={props.documents > 0}>
      <CheckField
        label={strings.entry.takeDocuments(props.documents)}
        note={strings.entry.takeDocumentsNote(props.documents)}
        checked={props.checked}
        onChange={props.onChange}
      />
    </Show>
  );
}
