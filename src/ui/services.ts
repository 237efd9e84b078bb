import { type Accessor, createContext, useContext } from 'solid-js';
import type { EngineClient, EngineState } from '../engine/api.ts';

/** What the screens need from outside. The composition root makes it; nothing in the UI reaches for a global instead. */
export type Services = {
  readonly client: EngineClient;
  /** Milliseconds since 1970. */
  now(): number;
  /** 0 ≤ x < 1. For friendly suggestions only. */
  random(): number;
  /** A new version of the app that waits to take over. */
  readonly update: { readonly waiting: Accessor<boolean>; apply(): void };
};

export type Session = Services & {
  /** What the engine last said; the parts that did not change keep their identity. */
  readonly engine: EngineState;
};

export const SessionContext = createContext<Session>();

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('a screen was rendered outside of the app');
  return session;
}
