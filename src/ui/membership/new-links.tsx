import Plus from 'lucide-solid/icons/plus';
import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { SelectField } from '../controls/select-field.tsx';
import { TextField } from '../controls/text-field.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { type Chosen, LASTS_CHOICES, NOTHING_CHOSEN, termsOf, USES_CHOICES } from './link-terms.ts';
import styles from './share-dialog.module.css';

const words = strings.share;
const OFFERED = ['editor', 'viewer'] as const;

/** Makes links. What a link may be bound to is folded away: most are bound to nothing. */
export function NewLinks(props: { room: RoomId; onDone: (sentence: string) => void }): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const [making, setMaking] = createSignal<(typeof OFFERED)[number]>();
  const [isOpen, setOpen] = createSignal(false);
  const [chosen, setChosen] = createSignal(NOTHING_CHOSEN);
  const optionsId = createUniqueId();
  const make = async (role: (typeof OFFERED)[number]): Promise<void> => {
    if (command.busy()) return;
    setMaking(role);
    const terms = termsOf(isOpen() ? chosen() : NOTHING_CHOSEN);
    const made = await command.run(() => client.membership.makeLink(props.room, role, terms));
    setMaking(undefined);
    if (!made) return;
    setChosen(NOTHING_CHOSEN);
    setOpen(false);
    props.onDone(words.linkMade);
  };
  return (
    <>
      <Show when={isOpen()}>
        <LinkOptions id={optionsId} chosen={chosen()} onChange={setChosen} />
      </Show>
      <div class={styles.actions}>
        <For each={OFFERED}>
          {(role) => (
            <Button
              look="plain"
              aria-disabled={command.busy()}
              aria-busy={making() === role}
              onClick={() => void make(role)}
            >
              <Plus size={16} aria-hidden="true" />
              {making() === role ? words.makingLink : words.newLink[role]}
            </Button>
          )}
        </For>
        <Button
          look="quiet"
          aria-expanded={isOpen()}
          aria-controls={isOpen() ? optionsId : undefined}
          onClick={() => setOpen(!isOpen())}
        >
          {words.moreOptions}
        </Button>
      </div>
      <FailureNote failure={command.failure()} />
    </>
  );
}

function LinkOptions(props: { id: string; chosen: Chosen; onChange: (chosen: Chosen) => void }): JSX.Element {
  const change = (part: Partial<Chosen>): void => props.onChange({ ...props.chosen, ...part });
  return (
    <fieldset id={props.id} class={styles.options}>
      <legend class="visually-hidden">{words.optionsOf}</legend>
      <div class={styles.wideOption}>
        <TextField
          label={words.password}
          note={words.passwordNote}
          value={props.chosen.password}
          onInput={(password) => change({ password })}
          name="link-password"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      </div>
      <div>
        <SelectField
          label={words.lasts}
          value={props.chosen.lasts}
          choices={LASTS_CHOICES}
          onChange={(lasts) => change({ lasts })}
        />
      </div>
      <div>
        <SelectField
          label={words.uses}
          value={props.chosen.uses}
          choices={USES_CHOICES}
          onChange={(uses) => change({ uses })}
        />
      </div>
      <p class={`${styles.wideOption} ${styles.muted}`}>{words.limitsNote}</p>
    </fieldset>
  );
}
