import type { Browser } from './browser.ts';
import { Member } from './member.ts';
import { ServiceServer, type ServiceServerOptions } from './service-server.ts';

export type SignedUp = { readonly server: ServiceServer; readonly ann: Member; readonly browser: Browser };

/** A server on which ann has just signed up, with the browser that she did it in. */
export async function signedUp(options?: ServiceServerOptions): Promise<SignedUp> {
  const server = await ServiceServer.start(options);
  const ann = new Member('ann');
  const browser = server.browser();
  await ann.signUp(browser);
  return { server, ann, browser };
}
