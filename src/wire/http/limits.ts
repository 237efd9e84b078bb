/** Bounds of the HTTP interface that both ends keep. Sizes in bytes unless the name says otherwise. */

const KIB = 1024;

/** A whole request body, as sent: a home's first record with its wraps is by far the largest. */
export const MAX_BODY_BYTES = 256 * KIB;

export const ACCOUNT_ID_BYTES = 16;
/** Names one sign-in, or one change of keys, between its two requests. */
export const ATTEMPT_ID_BYTES = 16;

/** What OPAQUE sends, with ristretto255 and triple Diffie-Hellman (RFC 9807). Fixed by the protocol. */
export const REGISTRATION_REQUEST_BYTES = 32;
export const REGISTRATION_RESPONSE_BYTES = 64;
export const REGISTRATION_RECORD_BYTES = 192;
export const LOGIN_REQUEST_BYTES = 96;
export const LOGIN_RESPONSE_BYTES = 320;
export const LOGIN_FINISH_BYTES = 64;

/** The master key, sealed under an export key. */
export const MAX_KEY_WRAP_BYTES = 256;
/** Identity seed, account key seed and home, sealed under the master key. */
export const MAX_BUNDLE_BYTES = 4 * KIB;
/** The first record of a home. */
export const MAX_HOME_RECORD_BYTES = 32 * KIB;
/** Wraps beside the first record of a home: for its first device and for the account's key. */
export const MAX_HOME_WRAPS = 2;
/** What a device seals for the one that it has just added: 1,600 secrets of epochs, far more than begin between two snapshots. */
export const MAX_WELCOME_BYTES = 64 * KIB;
/** Invitations that may wait for one account: more than anybody answers, and one answer of at most 1.8 MB. */
export const MAX_INVITATIONS = 200;
/** People who may wait at one room: more than its owners look through, and one answer of at most 450 KB. */
export const MAX_KNOCKS_AT_ROOM = 50;
/** What a device leaves for one that it is about to add, sealed under the secret of that one's code. */
export const MAX_PAIRING_MESSAGE_BYTES = KIB;
