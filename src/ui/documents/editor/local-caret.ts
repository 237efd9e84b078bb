import { $getAnchorAndFocusForUserState, type Binding, type Provider, type UserState } from '@lexical/yjs';
import { $getNodeByKey } from 'lexical';

/**
 * The provider as Lexical's binding is to see it. After a change by others the binding puts the caret back to where the
 * awareness says that it was; if that place has gone, it sets a caret on a node that is not there, and the editor fails. So a
 * place that cannot be found is left out, and Lexical's own rule for lost carets holds.
 */
export function guardLocalCaret(binding: Binding, provider: Provider): Provider {
  const { awareness } = provider;
  const getLocalState = (): UserState | null => {
    const state = awareness.getLocalState();
    if (state === null || state.anchorPos === null || state.focusPos === null) return state;
    const { anchorKey, focusKey } = $getAnchorAndFocusForUserState(binding, state);
    const isThere = (key: string | null): boolean => key !== null && $getNodeByKey(key) !== null;
    return isThere(anchorKey) && isThere(focusKey) ? state : { ...state, anchorPos: null, focusPos: null };
  };
  return Object.create(provider, {
    awareness: { value: Object.create(awareness, { getLocalState: { value: getLocalState } }) },
  }) as Provider;
}
