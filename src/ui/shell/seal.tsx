import type { JSX } from 'solid-js';

/** The mark: a seal, in it a door, in the door a cursor. The same drawing as public/favicon.svg. */
export function Seal(props: { size: number }): JSX.Element {
  return (
    <svg viewBox="0 0 32 32" width={props.size} height={props.size} fill="currentColor" aria-hidden="true">
      <path
        fill-rule="evenodd"
        d="M19.49 2.96A3.95 3.95 0 0 1 25.55 6.45A3.95 3.95 0 0 1 29.04 12.51A3.95 3.95 0 0 1 29.04 19.49A3.95 3.95 0 0 1 25.55 25.55A3.95 3.95 0 0 1 19.49 29.04A3.95 3.95 0 0 1 12.51 29.04A3.95 3.95 0 0 1 6.45 25.55A3.95 3.95 0 0 1 2.96 19.49A3.95 3.95 0 0 1 2.96 12.51A3.95 3.95 0 0 1 6.45 6.45A3.95 3.95 0 0 1 12.51 2.96A3.95 3.95 0 0 1 19.49 2.96ZM11 23.25V14.5a5 5 0 0 1 10 0v8.75Z"
      />
      <path d="M15.1 13.75h1.8v6.5h-1.8Z" />
    </svg>
  );
}
