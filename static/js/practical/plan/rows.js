/** The part of the document about one table: rows in their order, a row being an object of its filled-in cells. */

export function rowsOf(doc, table) {
  return Array.isArray(doc[table]) ? doc[table] : [];
}

/** Put a value into a cell; an empty one takes the cell out. */
export function setCell(row, column, value) {
  if (value === "" || value === null || value === undefined || (Array.isArray(value) && !value.length)) delete row[column];
  else row[column] = value;
}

export function insertRow(doc, table, at, row = {}) {
  doc[table] = [...rowsOf(doc, table)];
  doc[table].splice(at, 0, row);
}

export function moveRow(doc, table, from, to) {
  const [row] = doc[table].splice(from, 1);
  doc[table].splice(to, 0, row);
}

/** The values of a column of another table that can be picked, each once. */
export function pickable(doc, path) {
  const [table, column] = path.split(".");
  const values = rowsOf(doc, table).map((row) => (typeof row?.[column] === "string" ? row[column].trim() : ""));
  return [...new Set(values.filter(Boolean))];
}
