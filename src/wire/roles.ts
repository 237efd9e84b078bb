/** What each role may do, by kind of record and by stream class. Relay and peers use this one table. */
export const ROLES = ['viewer', 'commenter', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const STREAM_CLASSES = ['none', 'content', 'comments'] as const;
export type StreamClass = (typeof STREAM_CLASSES)[number];

/** [RO1] Owners and editors write content and comments, commenters comments, viewers nothing. */
export function mayWrite(role: Role, stream: StreamClass): boolean {
  if (stream === 'content') return role === 'owner' || role === 'editor';
  if (stream === 'comments') return role !== 'viewer';
  return false;
}

/** [RO2] Whoever may write somewhere may append at all. */
export const mayAppend = (role: Role): boolean => mayWrite(role, 'comments');

export const roleRank = (role: Role): number => ROLES.indexOf(role);
