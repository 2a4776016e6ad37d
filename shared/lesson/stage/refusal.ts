/** An error whose message is the answer to a request of the stage: what is wrong with it, in one sentence. */

export type Refusal = Error & { status: number };

/** @param status the HTTP status to answer with */
export function refusal(status: number, sentence: string): Refusal {
  return Object.assign(new Error(sentence), { status });
}
