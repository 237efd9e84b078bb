/** The rules for user names: one spelling each, nothing but ASCII, so that no foreign alphabet can imitate a name. */
import * as v from 'valibot';

declare const brand: unique symbol;
export type UserName = string & { readonly [brand]: 'UserName' };

/** Characters. */
export const MIN_NAME_LENGTH = 3;
export const MAX_NAME_LENGTH = 32;

/** Begins with a letter; signs stand alone between letters and digits. */
const SHAPE = /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/;

/** Names that a stranger could take for the service itself, or that mean something in addresses and in programs. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['abuse', 'account', 'accounts', 'admin', 'administrator', 'all', 'anonymous', 'api', 'billing', 'bot', 'contact'],
  ...[
    'daemon',
    'everyone',
    'guest',
    'help',
    'helpdesk',
    'here',
    'hostmaster',
    'info',
    'legal',
    'mail',
    'mailer-daemon',
  ],
  ...['moderator', 'news', 'no-reply', 'nobody', 'noreply', 'null', 'official', 'operator', 'owner', 'postmaster'],
  ...[
    'privacy',
    'root',
    'sales',
    'sealroom',
    'security',
    'self',
    'server',
    'service',
    'ssl-admin',
    'ssladmin',
    'staff',
  ],
  ...['status', 'superuser', 'support', 'sysadmin', 'system', 'team', 'undefined', 'user', 'webmaster', 'www'],
]);

export type NameVerdict = 'good' | 'invalid' | 'reserved';

/** `reserved`: well formed, but nobody can have it. Signs do not help: `ad.min` is as reserved as `admin`. */
export function judgeUserName(text: string): NameVerdict {
  if (text.length < MIN_NAME_LENGTH || text.length > MAX_NAME_LENGTH || !SHAPE.test(text)) return 'invalid';
  return RESERVED.has(text) || RESERVED.has(text.replace(/[._-]/g, '')) ? 'reserved' : 'good';
}

/** Well formed, perhaps reserved: whoever asks for such a name hears that there is nobody. */
export const userNameField = v.pipe(
  v.string(),
  v.maxLength(MAX_NAME_LENGTH),
  v.check((text) => judgeUserName(text) !== 'invalid'),
  v.transform((text) => text as UserName),
);
