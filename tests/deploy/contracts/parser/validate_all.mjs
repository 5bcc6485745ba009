// Prints what AsyncAPI's own parser says of each of the documents at stdin: whether it is one, and each remark with its severity (0 is an error).
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const parser = new Parser();
const found = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  const { document, diagnostics } = await parser.parse(text);
  const remarks = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join('.') }));
  found.push({ parsed: document !== undefined, remarks });
}
console.log(JSON.stringify(found));
