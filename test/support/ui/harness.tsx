/** The app on a fake engine, to look at every screen and to drive it from a browser test. */
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { App } from '../../../src/ui/app.tsx';
import { installTrustedTypes } from '../../../src/ui/trusted-types.ts';
import { FakeEngine } from './fake-engine.ts';

declare global {
  interface Window {
    engine: FakeEngine;
    offerUpdate: () => void;
    setUp?: (engine: FakeEngine) => void;
  }
}

installTrustedTypes(location.origin);
const [waiting, setWaiting] = createSignal(false);
window.engine = new FakeEngine();
window.offerUpdate = () => setWaiting(true);
window.setUp?.(window.engine);

const root = document.getElementById('app');
if (root === null) throw new Error('no #app element');
render(
  () => (
    <App
      client={window.engine}
      now={Date.now}
      random={Math.random}
      update={{ waiting, apply: () => location.reload() }}
    />
  ),
  root,
);
