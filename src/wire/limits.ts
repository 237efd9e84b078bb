/** Limits that both ends keep. Sizes in bytes, times in milliseconds. Changing one changes what replicas accept. */
const KIB = 1024;
const MIB = 1024 * KIB;

export const PROTOCOL_VERSION = 5;

/** Plaintext of one update record. */
export const MAX_UPDATE_BYTES = 1 * MIB;
/** State of one stream segment, and so of one snapshot's Yjs update. */
export const MAX_DOCUMENT_BYTES = 8 * MIB;
/** A whole snapshot record: state, what later checks need, padding (at most 12 %). */
export const MAX_SNAPSHOT_RECORD_BYTES = 11 * MIB;
/** A whole update record: body, padding, header, signature. */
export const MAX_UPDATE_RECORD_BYTES = MAX_UPDATE_BYTES + 160 * KIB;
export const MAX_EPOCH_RECORD_BYTES = 1 * MIB;
export const MAX_NOTICE_RECORD_BYTES = 64 * KIB;
/** A signal, sealed: cursors, typing, call set-up. */
export const MAX_SIGNAL_BYTES = 16 * KIB;
/** One WebSocket message. */
export const MAX_MESSAGE_BYTES = 12 * MIB;
/** Frames in one WebSocket message from a client. */
export const MAX_FRAMES_PER_MESSAGE = 4_096;
/** One WebSocket message before the device has proved its key. */
export const MAX_GREETING_BYTES = 4 * KIB;

export const MAX_PRINCIPALS = 1_000;
/** Devices that an epoch is sealed to. With the links that is 2.5 MB of wraps, a fifth of a message. */
export const MAX_DEVICES = 2_000;
export const MAX_DEVICES_PER_LIST = 64;
export const MAX_LINKS = 64;

/** Yjs types inside types. Deeper trees overflow the stack of Yjs and of editors. */
export const MAX_DEPTH = 64;
/** Structs and deleted ranges of one update together. Each costs Yjs some microseconds, wherever it goes. */
export const MAX_CHANGES_PER_UPDATE = 4_000;
/** What placing one update may take [AD11], in steps of a quarter of a microsecond. */
export const MAX_PLACING_STEPS = 50_000;
/** What placing a snapshot's state may take when it is loaded, in the same steps. */
export const MAX_LOADING_STEPS = 5_000_000;
/** Client ids that one update may write under. */
export const MAX_CLIENTS_PER_UPDATE = 64;
/** Client ids that a stream segment may know. */
export const MAX_CLIENTS_PER_STREAM = 100_000;

/** How far behind the log's end the head named in a record may lie, in records. */
export const MAX_HEAD_LAG = 256;
export const MAX_ROOMS_PER_SOCKET = 1_000;
export const MAX_PAGE_RECORDS = 256;
/** Devices whose prekeys one frame may ask for. The answer is 350 KB at most, far below a message's size. */
export const MAX_ASKED_PREKEYS = 256;

export const HELLO_TIMEOUT_MS = 10_000;
