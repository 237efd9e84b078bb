/** Sign-ins that fail, by names that somebody has and by names that nobody has, each request with its time and its shape. */
import { client } from '@serenity-kit/opaque';
import { ATTEMPT_WINDOW_MS } from '../../../sync-server/service/attempts.ts';
import { openLevelStore } from '../../../sync-server/store/level-store.ts';
import type { FuzzRandom } from '../fuzz/fuzz-random.ts';
import { realClock } from '../server/clock.ts';
import type { Answer, Browser } from '../service/browser.ts';
import { Member, noise } from '../service/member.ts';
import { ServiceServer } from '../service/service-server.ts';

/** Of each kind. Each is tried again and again, so that both kinds have the same past. */
const NAMES = 25;
const WARM_UP = 100;

export const KINDS = ['known', 'unknown'] as const;
type Kind = (typeof KINDS)[number];
export type Sample = { readonly kind: Kind; readonly begin: Timed; readonly finish: Timed };
/** `ms`: from sending the request to the end of its answer. */
type Timed = { readonly ms: number; readonly shape: string };

/** All names are of one length. */
const nameOf = (kind: Kind, index: number): string => `${kind === 'known' ? 'here' : 'gone'}${100 + index}`;

/** A service whose accounts lie in the files of its database, as those of a server do that was started again. */
export async function serviceWithAccounts(folder: string): Promise<ServiceServer> {
  const first = await ServiceServer.start({ store: await openLevelStore({ folder, clock: realClock }) });
  for (let i = 0; i < NAMES; i++) await new Member(nameOf('known', i)).signUp(first.browser());
  await first.close();
  const store = await openLevelStore({ folder, clock: realClock });
  return ServiceServer.start({ store, trustedProxies: 1 });
}

/** `count` of each kind, in an order that is drawn: what else the machine does meets both alike. */
export async function timeSignIns(server: ServiceServer, count: number, random: FuzzRandom): Promise<Sample[]> {
  const order = Array.from({ length: 2 * count }, (_, i) => KINDS[i % 2] ?? 'known');
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [order[i], order[other]] = [order[other] ?? 'known', order[i] ?? 'known'];
  }
  const warmUp = Array.from({ length: WARM_UP }, (_, i) => KINDS[i % 2] ?? 'known');
  const made = { known: 0, unknown: 0 };
  const samples: Sample[] = [];
  for (const [index, kind] of [...warmUp, ...order].entries()) {
    // Attempts are counted and never refused.
    server.now += ATTEMPT_WINDOW_MS;
    const browser = server.browser();
    browser.headers = { 'x-forwarded-for': `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` };
    samples.push(await failedSignIn(browser, kind, nameOf(kind, made[kind]++ % NAMES)));
  }
  return samples.slice(WARM_UP);
}

async function failedSignIn(browser: Browser, kind: Kind, name: string): Promise<Sample> {
  const request = client.startLogin({ password: 'a guess' }).startLoginRequest;
  const begun = await timed(() => browser.route('beginSignIn', { name, way: 'password', request }));
  const { attempt } = begun.answer.body as { attempt: string };
  // A client that does not know the password cannot make anything better than noise of this.
  const finish = noise(64);
  const finished = await timed(() => browser.route('signIn', { attempt, finish }));
  return { kind, begin: begun, finish: finished };
}

async function timed(send: () => Promise<Answer>): Promise<Timed & { readonly answer: Answer }> {
  const from = performance.now();
  const answer = await send();
  return { ms: performance.now() - from, shape: shapeOf(answer), answer };
}

/** All of an answer but the values that are random: their lengths, and those of all others, are part of it. */
function shapeOf({ status, headers, body, text }: Answer): string {
  const fields = Object.entries(body as Record<string, string>).map(([key, value]) => [key, value.length]);
  const { date: _date, etag, ...same } = headers;
  return JSON.stringify({ status, same, etag: etag?.length, fields, length: text.length });
}
