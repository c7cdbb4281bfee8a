/** What a request can come to besides an answer, in the form of OpenAI's errors. */

/** A refusal, with the status of its response. Its message is for whoever asked. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';

  /**
   * @param retryAfter seconds after which another try makes sense; null when none does
   * @param param the field of the request that is to blame, where one is
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number | null = null,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

/** The body of a response that is no answer. */
export interface FailureBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** Writes a failure as OpenAI's clients read it. */
export function formatFailure(
  status: number,
  code: string,
  message: string,
  param: string | null = null,
): FailureBody {
  const types: Readonly<Record<number, string>> = {
    401: 'authentication_error',
    404: 'not_found_error',
    429: 'rate_limit_error',
  };
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');
  return { error: { message, type, param, code } };
}
