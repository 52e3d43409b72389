import { createInterface } from 'node:readline/promises';
import { hashPassword } from './password.ts';

const lengthMin = 12;

/** Reads a password from standard input, so that it is in no shell history, and prints what PROVIDER_STAFF takes as passwordHash. */
const lines = createInterface({ input: process.stdin });
const password = (await lines[Symbol.asyncIterator]().next()).value ?? '';
lines.close();
if (password.length < lengthMin) {
  console.error(`a password has at least ${lengthMin} characters; give it on standard input`);
  process.exitCode = 2;
} else console.log(await hashPassword(password));
