/** What counts as one client. */
import { isIPv4, isIPv6 } from 'node:net';

/** An IPv6 customer has a whole /64 to send from, an IPv4 customer one address. */
const PREFIX_GROUPS = 4;
const GROUPS = 8;
const MAPPED = /^(?:0{1,4}:){5}ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The text that attempts from an address are counted by: an IPv4 address as it is, also one written as IPv6; of an IPv6
 * address its /64. Whatever is no address counts as one and the same.
 */
export function addressGroup(address: string | undefined): string {
  const [text = ''] = (address ?? '').toLowerCase().split('%', 1);
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return 'unknown';
  const groups = groupsOf(text);
  const mapped = MAPPED.exec(groups.join(':'));
  if (mapped) return [mapped[1], mapped[2]].flatMap((group) => twoBytes(group ?? '0')).join('.');
  return `${groups.slice(0, PREFIX_GROUPS).join(':')}::/64`;
}

/** Eight groups in hexadecimal, without leading zeros. */
function groupsOf(text: string): string[] {
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [before = '', after] = plain.split('::', 2);
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = new Array<string>(Math.max(0, GROUPS - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}

function twoBytes(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >>> 8, value & 0xff];
}
