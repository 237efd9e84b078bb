import { createResource, createSignal, type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import type { ClosedPart } from '../../engine/membership/api.ts';
import { Dialog } from '../controls/dialog.tsx';
import { SelectField } from '../controls/select-field.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './earlier-parts.module.css';
import { cameIn } from './earlier-parts-line.tsx';
import { PartText } from './editor/part-text.tsx';

const words = strings.parts;

/** What was written before somebody came in who starts empty: to be read, newest first. It opens once that is known. */
export function EarlierPartsDialog(props: { open: boolean; room: RoomState; onClose: () => void }): JSX.Element {
  const { client } = useSession();
  const [parts] = createResource(
    () => props.open && `${props.room.room} ${props.room.earlierParts} ${props.room.part}`,
    async () => [...(await client.membership.earlierParts(props.room.room))].reverse(),
  );
  const known = (): readonly ClosedPart[] => parts.latest ?? [];
  return (
    <Dialog
      open={props.open && known().length > 0}
      onClose={props.onClose}
      heading={words.heading}
      body={words.body}
      wide
    >
      <Parts room={props.room} parts={known()} />
    </Dialog>
  );
}

function Parts(props: { room: RoomState; parts: readonly ClosedPart[] }): JSX.Element {
  const { client } = useSession();
  const [chosen, setChosen] = createSignal<string>();
  const choices = () => props.parts.map((part) => ({ id: `${part.segment}`, name: nameOf(part) }));
  const shown = (): string => choices().find(({ id }) => id === chosen())?.id ?? choices()[0]?.id ?? '';
  const [state] = createResource(shown, (segment) => client.membership.earlierPart(props.room.room, Number(segment)));
  return (
    <>
      <Show when={choices().length > 1} fallback={<p class={styles.name}>{choices()[0]?.name}</p>}>
        <SelectField label={words.which} value={shown()} choices={choices()} onChange={setChosen} />
      </Show>
      <Show keyed when={state()}>
        {(bytes) => <PartText state={bytes} />}
      </Show>
    </>
  );
}

const nameOf = (part: ClosedPart): string =>
  words.until(cameIn(part), part.closedAt === null ? null : dates.format(part.closedAt));

const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
