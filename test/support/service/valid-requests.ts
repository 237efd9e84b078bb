/** For every changing route, a request that would succeed: what forgeries and damaged bodies are made from. */
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { ROUTES, type RouteName } from '../../../src/wire/http/routes.ts';
import type { Browser } from './browser.ts';
import { invitationNote, invite, inviteBody, someRoom } from './invitation-notes.ts';
import { knock, knockBody, knockNote } from './knock-notes.ts';
import { anotherDevice, answerBody, claimBody, Member, noise } from './member.ts';
import type { ServiceServer } from './service-server.ts';

export const CHANGING_ROUTES = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].method !== 'GET');

/** Routes that ask for a session. */
export const SESSION_ROUTES: readonly RouteName[] = [
  'signOut',
  'signOutEverywhere',
  'changeDevices',
  'beginPairing',
  'lookPairing',
  'beginKeyChange',
  'changeKeys',
  'invite',
  'dropInvitation',
  'knock',
  'lookForKnocks',
  'dropKnock',
];

export type ValidRequest = {
  readonly ann: Member;
  /** Signed in as ann. */
  readonly browser: Browser;
  readonly body: object;
};

const BODIES: { readonly [name: string]: (server: ServiceServer, ann: Member, browser: Browser) => Promise<object> } = {
  beginSignUp: async (server) => {
    const { name, password, recovery } = await recorded('beginSignUp', server.browser(), (browser) =>
      new Member('carla').beginSignUp(browser),
    );
    return { name, password, recovery };
  },
  signUp: (server) => new Member('bob').beginSignUp(server.browser()),
  beginSignIn: (server, ann) => recorded('beginSignIn', server.browser(), (browser) => ann.beginSignIn(browser)),
  signIn: async (server, ann) => {
    const { attempt, finish } = await ann.beginSignIn(server.browser());
    return { attempt: toBase64Url(attempt), finish };
  },
  claimDevice: async (server, ann, browser) => {
    const phone = anotherDevice();
    await ann.changeDevices(browser, [ann.device, phone], { welcome: phone });
    return claimBody(phone, server.host);
  },
  changeDevices: async (_server, ann) => {
    const laptop = anotherDevice();
    const deviceList = toBase64Url(ann.nextList([ann.device, laptop]).bytes);
    return { deviceList, welcome: { device: laptop.id, bytes: noise(40) } };
  },
  beginPairing: async () => ({ device: anotherDevice().id, message: noise(80) }),
  answerPairing: async (server, ann, browser) => {
    const phone = anotherDevice();
    await ann.beginPairing(browser, phone);
    return answerBody(phone, server.host, ann.person.id);
  },
  lookPairing: async (_server, ann, browser) => {
    const phone = anotherDevice();
    await ann.beginPairing(browser, phone);
    return { device: phone.id };
  },
  invite: async (server, ann) => {
    const bob = new Member('bob');
    await bob.signUp(server.browser());
    return inviteBody(bob, invitationNote(ann, bob));
  },
  dropInvitation: async (server, ann) => {
    const [bob, elsewhere, room] = [new Member('bob'), server.browser(), someRoom()];
    await bob.signUp(elsewhere);
    await invite(elsewhere, ann, invitationNote(bob, ann, { room }));
    return { room };
  },
  knock: async (server, ann) => {
    const bob = new Member('bob');
    await bob.signUp(server.browser());
    return knockBody(knockNote(ann, bob.home.room));
  },
  // Everybody owns a room: one's home.
  lookForKnocks: async (_server, ann) => ({ room: ann.home.room }),
  dropKnock: async (server, ann) => {
    const [bob, elsewhere] = [new Member('bob'), server.browser()];
    await bob.signUp(elsewhere);
    await knock(elsewhere, knockNote(bob, ann.home.room));
    return { room: ann.home.room, principal: bob.person.id };
  },
  beginKeyChange: (_server, ann, browser) =>
    recorded('beginKeyChange', browser, (recording) => ann.beginKeyChange(recording, 'password', { password: 'new' })),
  changeKeys: (_server, ann, browser) => ann.beginKeyChange(browser, 'password', { password: 'new' }),
};

/** The body that `run` sends to the route. */
async function recorded(
  name: RouteName,
  browser: Browser,
  run: (browser: Browser) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  let body: Record<string, unknown> = {};
  const recording = browser.copy();
  const { call } = recording;
  recording.call = (route, answer, sent) => {
    if (route === name) body = sent as Record<string, unknown>;
    return call.call(recording, route, answer, sent) as never;
  };
  await run(recording);
  return body;
}

export async function validRequest(server: ServiceServer, name: RouteName): Promise<ValidRequest> {
  const ann = new Member('ann');
  const browser = server.browser();
  await ann.signUp(browser);
  const body = (await BODIES[name]?.(server, ann, browser)) ?? {};
  return { ann, browser, body };
}
