/** The addresses of the service, and the methods that they take. */
export const API_PATH = '/api';

export const ROUTES = {
  beginSignUp: { method: 'POST', path: '/api/accounts/begin' },
  signUp: { method: 'POST', path: '/api/accounts' },
  beginSignIn: { method: 'POST', path: '/api/sign-in/begin' },
  signIn: { method: 'POST', path: '/api/sign-in' },
  claimDevice: { method: 'POST', path: '/api/sign-in/device' },
  session: { method: 'GET', path: '/api/session' },
  signOut: { method: 'DELETE', path: '/api/session' },
  signOutEverywhere: { method: 'DELETE', path: '/api/sessions' },
  refresh: { method: 'POST', path: '/api/session/refresh' },
  devices: { method: 'GET', path: '/api/devices' },
  changeDevices: { method: 'POST', path: '/api/devices' },
  beginPairing: { method: 'POST', path: '/api/pairings' },
  answerPairing: { method: 'POST', path: '/api/pairings/answer' },
  lookPairing: { method: 'POST', path: '/api/pairings/look' },
  beginKeyChange: { method: 'POST', path: '/api/keys/begin' },
  changeKeys: { method: 'PUT', path: '/api/keys' },
  invite: { method: 'POST', path: '/api/invitations' },
  invitations: { method: 'GET', path: '/api/invitations' },
  dropInvitation: { method: 'POST', path: '/api/invitations/drop' },
  knock: { method: 'POST', path: '/api/knocks' },
  lookForKnocks: { method: 'POST', path: '/api/knocks/look' },
  dropKnock: { method: 'POST', path: '/api/knocks/drop' },
  person: { method: 'GET', path: '/api/people/:name' },
} as const;

export type RouteName = keyof typeof ROUTES;
