import { ask } from '../measure/ask.ts';

/** Everybody's in the seed. */
const password = 'correct horse battery';

/** Signs in as one of the seed's people. @returns an access token, good for 15 minutes */
export async function logIn(url: string): Promise<string> {
  const query =
    'mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } userErrors { code } } }';
  const { body } = await ask({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input: { login: 'ada', password } } }),
  });
  const token = JSON.parse(body.toString()).data?.logIn?.session?.accessToken;
  if (typeof token !== 'string') throw new Error(`ada could not sign in: ${body}`);
  return token;
}
