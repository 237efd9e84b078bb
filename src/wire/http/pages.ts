/** The addresses at which the server answers with the app; what they show is the app's own business. */
export const APP_PAGES = [
  '/',
  '/d/:room',
  '/sign-up',
  '/sign-in',
  '/sign-in/device',
  '/recover',
  '/account',
  '/account/:section',
  '/account/:section/:name',
] as const;
