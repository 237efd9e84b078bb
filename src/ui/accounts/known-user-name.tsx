import type { JSX } from 'solid-js';

/** Tells password managers whose password a form asks for, where the person need not say so. */
export function KnownUserName(props: { name: string }): JSX.Element {
  return <input hidden type="text" name="username" autocomplete="username" value={props.name} readonly />;
}
