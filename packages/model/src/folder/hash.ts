/** Hashes that tie weights, recipes and data to each other. */

/** SHA-256 in hexadecimal. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The hash of some arrays together with a hash before them. */
export async function chainHash(before: string, arrays: readonly Int32Array[]): Promise<string> {
  const head = new TextEncoder().encode(before);
  const bytes = new Uint8Array(
    arrays.reduce((sum, { byteLength }) => sum + byteLength, head.length),
  );
  bytes.set(head);
  let at = head.length;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return hashBytes(bytes);
}
