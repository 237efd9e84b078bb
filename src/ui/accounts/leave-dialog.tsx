import { type BeforeLeaveEventArgs, useBeforeLeave } from '@solidjs/router';
import { type Accessor, createSignal, type JSX } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { createLeaveGuard } from '../documents/leave-guard.ts';
import { strings } from '../strings.ts';

/** Asks before the person leaves something unfinished: the page by a link, or the tab. */
export function LeaveDialog(props: { unfinished: boolean; means: string }): JSX.Element {
  const [leaving, setLeaving] = createSignal<BeforeLeaveEventArgs>();
  const isUnfinished: Accessor<boolean> = () => props.unfinished;
  createLeaveGuard(isUnfinished);
  useBeforeLeave((event) => {
    if (!props.unfinished || event.defaultPrevented) return;
    event.preventDefault();
    setLeaving(event);
  });
  const leave = (): void => {
    const event = leaving();
    setLeaving(undefined);
    event?.retry(true);
  };
  return (
    <Dialog
      open={leaving() !== undefined}
      onClose={() => setLeaving(undefined)}
      heading={strings.entry.leaveHeading}
      body={props.means}
    >
      <DialogActions>
        <Button look="plain" onClick={leave}>
          {strings.entry.leaveConfirm}
        </Button>
        <Button look="primary" onClick={() => setLeaving(undefined)}>
          {strings.entry.leaveCancel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
