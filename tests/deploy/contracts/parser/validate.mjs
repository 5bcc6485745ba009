// Prints what AsyncAPI's own parser says of the document at stdin: whether it is one, and each remark with its severity (0 is an error).
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const { document, diagnostics } = await new Parser().parse(readFileSync(0, 'utf8'));
const remarks = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join('.') }));
console.log(JSON.stringify({ parsed: document !== undefined, remarks }));
