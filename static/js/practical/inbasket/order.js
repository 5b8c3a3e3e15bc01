/** The part of the document about messages: `handled`, a list in handling order with one entry per message. */

export function entryOf(doc, id) {
  return (doc.handled || []).find((entry) => entry.id === id) || null;
}

export function placeOf(doc, id) {
  return (doc.handled || []).findIndex((entry) => entry.id === id);
}

/** Set one field of a message; the first field puts the message at the end of the order. An empty value removes the field. */
export function setField(doc, id, field, value) {
  const entry = entryOf(doc, id) || append(doc, { id });
  if (value === "" || value === null || value === undefined) delete entry[field];
  else entry[field] = value;
}

/** Put a message at a place of the order, whether it is in it already or not. */
export function place(doc, id, to) {
  const entry = entryOf(doc, id) || { id };
  const rest = (doc.handled || []).filter((one) => one.id !== id);
  rest.splice(to, 0, entry);
  doc.handled = rest;
}

/** Take a message out of the order, with everything that was filled in for it. */
export function withdraw(doc, id) {
  doc.handled = (doc.handled || []).filter((entry) => entry.id !== id);
}

function append(doc, entry) {
  doc.handled = [...(doc.handled || []), entry];
  return entry;
}
