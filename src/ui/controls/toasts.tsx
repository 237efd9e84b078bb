import * as Toast from '@kobalte/core/toast';
import { type Accessor, createEffect, type JSX, onCleanup, Show } from 'solid-js';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import styles from './toasts.module.css';

/** Where notices appear. One for the whole app. */
export function ToastRegion(): JSX.Element {
  return (
    <Toast.Region class={styles.region} aria-label={strings.notifications} limit={3}>
      <Toast.List as="div" class={styles.list} />
    </Toast.Region>
  );
}

export type Notice = {
  readonly text: string;
  readonly action: string;
  readonly onAction: () => void;
  /** 0 to 1, for what takes long. */
  readonly progress?: Accessor<number>;
};

function NoticeToast(props: { toastId: number; notice: Notice }): JSX.Element {
  return (
    <Toast.Root as="div" class={styles.toast} toastId={props.toastId} persistent priority="low">
      <div class={styles.row}>
        <Toast.Title>{props.notice.text}</Toast.Title>
        <Button look="plain" onClick={() => props.notice.onAction()}>
          {props.notice.action}
        </Button>
      </div>
      <Show when={props.notice.progress}>
        {(progress) => <progress class={styles.progress} value={progress()()} max={1} aria-label={props.notice.text} />}
      </Show>
    </Toast.Root>
  );
}

/** Shows a notice for as long as there is one. A new object is a new notice. */
export function createNotice(notice: Accessor<Notice | null>): void {
  createEffect(() => {
    const current = notice();
    if (current === null) return;
    const id = Toast.toaster.show((props) => <NoticeToast toastId={props.toastId} notice={current} />);
    onCleanup(() => Toast.toaster.dismiss(id));
  });
}
