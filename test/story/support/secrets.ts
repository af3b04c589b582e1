import assert from 'node:assert/strict';

/** What came back for one operation, as a client and a cache on the way see it. */
export interface Answer {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read field by field.
  readonly data: any;
  readonly headers: Headers;
  readonly isHit: boolean;
}

/** Sends one operation as the holder of the token, or as nobody. */
export function send(
  url: string,
  query: string,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
}

/** @throws AssertionError if the answer holds errors */
export async function ask(...request: Parameters<typeof send>): Promise<Answer> {
  const response = await send(...request);
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  assert.equal(errors, undefined, `${request[1]}\n${text}`);
  const isHit = response.headers.get('cache-status')?.includes(';hit') === true;
  return { text, data, headers: response.headers, isHit };
}

/** Somebody with an account; all that is theirs alone holds `secret`, which nobody else's answer may hold. */
export interface Person {
  readonly name: string;
  readonly token: string;
  readonly secret: string;
  readonly id: string;
  readonly publicPost: string;
  readonly draft: string;
  /** On the draft, from when it was published. */
  readonly hiddenComment: string;
}

export const password = 'a long enough password';

/** Opens accounts that follow and like in a ring, each with a public post and, full of the secret, e-mail and draft. */
export async function signUpWithSecrets(url: string, names: readonly string[]): Promise<Person[]> {
  const people: Person[] = [];
  for (const name of names) people.push(await signUpWithSecret(url, name));
  for (const [index, { token }] of people.entries()) {
    const next = people[(index + 1) % people.length];
    await ask(url, `mutation { followUser(input: { userId: "${next?.id}" }) { user { id } } }`, token);
    await ask(url, `mutation { likePost(input: { postId: "${next?.publicPost}" }) { post { id } } }`, token);
  }
  return people;
}

async function signUpWithSecret(url: string, name: string): Promise<Person> {
  const secret = `secret-of-${name}`;
  const { data } = await ask(
    url,
    `mutation { signUp(input: { username: "${name}", email: "${secret}@example.com", password: "${password}" }) {
      user { id } session { accessToken }
    } }`,
  );
  const token = data.signUp.session.accessToken;
  const write = async (input: string): Promise<string> => {
    const written = await ask(
      url,
      `mutation { createPost(input: { ${input} }) { post { id } userErrors { message } } }`,
      token,
    );
    assert.deepEqual(written.data.createPost.userErrors, []);
    return written.data.createPost.post.id;
  };
  const change = (mutation: string, id: string) =>
    ask(url, `mutation { ${mutation}(input: { id: "${id}" }) { userErrors { message } } }`, token);

  const publicPost = await write(`title: "By ${name}", body: "For all.", slug: "by-${name}", tags: ["news"]`);
  await change('publishPost', publicPost);
  const draft = await write(
    `title: "${secret}", body: "The ${secret}.", slug: "${secret}", tags: ["${secret}"]`,
  );
  await change('publishPost', draft);
  const comment = await ask(
    url,
    `mutation { addComment(input: { postId: "${draft}", body: "A ${secret}" }) { comment { id } } }`,
    token,
  );
  await change('unpublishPost', draft);
  const hiddenComment = comment.data.addComment.comment.id;
  return { name, token, secret, id: data.signUp.user.id, publicPost, draft, hiddenComment };
}
