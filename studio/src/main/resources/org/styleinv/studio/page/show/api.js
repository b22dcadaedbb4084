// Questions to the studio, and its answers. What goes wrong is a sentence.

export class Problem extends Error {
  constructor(members) {
    super(members.detail ?? members.title ?? 'the studio gave no reason');
    this.status = members.status ?? 0;
    this.members = members;
  }
}

/** Whether the same may work in a moment. */
export function passes(problem) {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

/** The answer as JSON. Throws a Problem; one with status 0 if nobody answers. */
export async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Problem({status: 0, detail: 'The studio does not answer.'});
  }
  return take(answer);
}

export async function take(answer) {
  if (!answer.ok) {
    const members = await answer.json().catch(() => ({}));
    throw new Problem({status: answer.status, title: answer.statusText, ...members});
  }
  return answer.status === 204 ? null : answer.json();
}
