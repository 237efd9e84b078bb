import { useRegisterSW } from 'virtual:pwa-register/solid';
import { render } from 'solid-js/web';
import { connectEngine } from './platform/browser/engine-client.ts';
import { App, CannotStart } from './ui/app.tsx';
import { installTrustedTypes } from './ui/trusted-types.ts';

installTrustedTypes(location.origin);

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app element');

const serviceWorker = useRegisterSW();
const update = {
  waiting: serviceWorker.needRefresh[0],
  apply: () => void serviceWorker.updateServiceWorker(),
};
/** 32 random bits as a fraction. */
const random = () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;

connectEngine().then(
  (client) => render(() => <App client={client} now={Date.now} random={random} update={update} />, root),
  () => render(() => <CannotStart />, root),
);
