/**
 * The sealed rescue file: everything answered at this machine, readable for the exam's server alone. The candidate saves
 * it while there is no network, the proctor hands it in from another machine.
 *
 * ECDH P-256 with a key pair made for this one file, HKDF-SHA-256, AES-256-GCM: what old browsers and the server share.
 */

const text = new TextEncoder();

const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const bytes = (encoded) => Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));

/**
 * @param {Object} what
 * @param {string} what.publicKey the session's public key (SPKI, base64)
 * @param {string} what.attempt
 * @param {Object[]} what.events oldest first
 * @returns {Promise<Blob>}
 */
export async function sealRescue({ publicKey, attempt, events }) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("spki", bytes(publicKey), curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: text.encode(`exam-rescue-1/${attempt}`) },
    secret,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(attempt) }, key, text.encode(JSON.stringify(events)));
  const sealed = {
    v: 1,
    attempt,
    key: base64(await crypto.subtle.exportKey("raw", ours.publicKey)),
    iv: base64(iv),
    data: base64(data),
  };
  return new Blob([JSON.stringify(sealed)], { type: "application/json" });
}

/** Give the file to the candidate, under a name that tells the proctor whose it is. */
export function hand(blob, ticket) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `应急文件-${ticket}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
