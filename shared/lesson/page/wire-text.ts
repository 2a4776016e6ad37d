/** Bytes and times as the wire view writes them. */

/** The bytes that came as base64. */
export function bytesIn(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** 81 02 68 69 */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Each byte as its ASCII character, or as a dot. */
export function printable(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
}

/** 20:16:37.123, in the reader's own zone. */
export function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString([], {
    hour12: false,
    fractionalSecondDigits: 3,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
