/**
 * What this browser keeps of one attempt beyond the page: the form, the clock, and every event until the hand-in is
 * acknowledged. In IndexedDB, encrypted with a key of this attempt that no script can read out; where the browser
 * forbids that (plain HTTP, private windows) a vault of the same shape keeps it for this page only.
 */

const BASE = "sit";
const KEYS = "keys"; // attempt -> CryptoKey
const RECORDS = "records"; // [attempt, name] -> {iv, data}
/** Names of records: what waits for its acknowledgement is recognisable without opening it. */
export const OPEN = "open/";
export const DONE = "done/";

const text = new TextEncoder();

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function settled(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

function connect() {
  const opening = indexedDB.open(BASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS);
    opening.result.createObjectStore(RECORDS);
  };
  return answered(opening);
}

const all = (attempt) => IDBKeyRange.bound([attempt], [attempt, []]);

/** The attempt's key; made at the first visit. Two pages at once agree on the first one written. */
async function keyOf(base, attempt) {
  const known = await answered(base.transaction(KEYS).objectStore(KEYS).get(attempt));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const writing = base.transaction(KEYS, "readwrite");
  writing.objectStore(KEYS).add(made, attempt).onerror = (event) => event.preventDefault(); // somebody was first
  await settled(writing);
  return answered(base.transaction(KEYS).objectStore(KEYS).get(attempt));
}

/** Keeps for this page only. */
class PageVault {
  durable = false;
  #records = new Map();

  async put(name, value) {
    this.#records.set(name, structuredClone(value));
  }

  async get(name) {
    return this.#records.get(name);
  }

  async remove(names) {
    for (const name of names) this.#records.delete(name);
  }

  async list(prefix) {
    return [...this.#records].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
  }

  async erase() {
    this.#records.clear();
  }
}

class KeptVault {
  durable = true;
  #base;
  #attempt;
  #key;
  #last = Promise.resolve(); // one write after another: a removal never overtakes what it removes
  #onTrouble;

  constructor(base, attempt, key, onTrouble) {
    this.#base = base;
    this.#attempt = attempt;
    this.#key = key;
    this.#onTrouble = onTrouble;
  }

  /** Resolves when the value lies on the disk; a refusal (disk full) is told once and for all to `onTrouble`. */
  put(name, value) {
    return this.#then(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const data = await crypto.subtle.encrypt(this.#cipher(iv, name), this.#key, text.encode(JSON.stringify(value)));
      await this.#write((records) => records.put({ iv, data }, [this.#attempt, name]));
    });
  }

  async get(name) {
    await this.#last;
    return this.#open(name, await answered(this.#reading().get([this.#attempt, name])));
  }

  remove(names) {
    return this.#then(() =>
      this.#write((records) => {
        for (const name of names) records.delete([this.#attempt, name]);
      }),
    );
  }

  /** The values of all records whose name begins so. */
  async list(prefix) {
    await this.#last;
    const reading = this.#reading();
    const [names, rows] = await Promise.all([answered(reading.getAllKeys(all(this.#attempt))), answered(reading.getAll(all(this.#attempt)))]);
    const found = names.map(([, name], index) => [name, rows[index]]).filter(([name]) => name.startsWith(prefix));
    const values = await Promise.all(found.map(([name, row]) => this.#open(name, row)));
    return values.filter((value) => value !== undefined);
  }

  /** Everything of this attempt, its key too: what was kept can never be read again. */
  erase() {
    return this.#then(() => eraseAttempt(this.#base, this.#attempt));
  }

  #then(work) {
    const done = this.#last.then(work).catch((error) => {
      this.durable = false;
      this.#onTrouble(error);
    });
    this.#last = done;
    return done;
  }

  #cipher(iv, name) {
    return { name: "AES-GCM", iv, additionalData: text.encode(`${this.#attempt}/${name}`) };
  }

  #reading() {
    return this.#base.transaction(RECORDS).objectStore(RECORDS);
  }

  async #write(change) {
    // "strict": the browser may report a write as done before it lies on the disk otherwise.
    const writing = this.#base.transaction(RECORDS, "readwrite", { durability: "strict" });
    change(writing.objectStore(RECORDS));
    await settled(writing);
  }

  /** A record that does not open (another key, cut short) counts as not there. */
  async #open(name, row) {
    if (!row) return undefined;
    try {
      const data = await crypto.subtle.decrypt(this.#cipher(row.iv, name), this.#key, row.data);
      return JSON.parse(new TextDecoder().decode(data));
    } catch {
      return undefined;
    }
  }
}

async function eraseAttempt(base, attempt) {
  const writing = base.transaction([KEYS, RECORDS], "readwrite", { durability: "strict" });
  writing.objectStore(KEYS).delete(attempt);
  writing.objectStore(RECORDS).delete(all(attempt));
  await settled(writing);
}

/** Whether this page may encrypt at all: browsers forbid it on plain HTTP. */
export const canKeep = () => window.isSecureContext && "indexedDB" in window && Boolean(crypto.subtle);

/** The vault of an attempt; `onTrouble()` when this browser stops keeping things. */
export async function openVault(attempt, onTrouble = () => {}) {
  if (!canKeep()) return new PageVault();
  try {
    const base = await connect();
    return new KeptVault(base, attempt, await keyOf(base, attempt), onTrouble);
  } catch {
    return new PageVault();
  }
}

/**
 * Another candidate sits down at this machine: of attempts that are not his nothing stays but what still waits to be
 * sent, unreadable, for the case that its candidate comes back.
 */
export async function eraseOthers(own) {
  if (!canKeep()) return;
  try {
    const base = await connect();
    for (const attempt of await answered(base.transaction(KEYS).objectStore(KEYS).getAllKeys())) {
      if (own.includes(attempt)) continue;
      const names = await answered(base.transaction(RECORDS).objectStore(RECORDS).getAllKeys(all(attempt)));
      if (!names.some(([, name]) => name.startsWith(OPEN))) await eraseAttempt(base, attempt);
    }
    base.close();
  } catch {
    // Storage is forbidden: then nothing was kept either.
  }
}
