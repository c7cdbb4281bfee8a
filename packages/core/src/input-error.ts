/**
 * Bad input from outside: a file, an option, a prompt. Front ends turn it into exit code 2.
 * The message names the value, the place and the mend.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Bad input at a line of a file: the message reads `file:line: problem`. */
export function inputErrorAt(source: string, line: number, problem: string): InputError {
  return new InputError(`${source}:${line}: ${problem}`);
}
