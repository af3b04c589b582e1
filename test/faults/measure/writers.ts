import { type Outcome, send } from './send.ts';

/** A mutation that sets one value, and the question that shows it. */
export interface Writer {
  readonly question: string;
  /** @returns what became of it, and whether the value was taken */
  write(urls: readonly string[], value: string): Promise<{ outcome: Outcome; taken: boolean }>;
}

/** Ada changes her profile. */
export function profileWriter(token: string): Writer {
  return {
    question: '{ user(username: "ada") { bio } }',
    async write(urls, value) {
      const outcome = await send(
        urls,
        `mutation { updateProfile(input: { bio: "${value}" }) { user { bio } userErrors { code } } }`,
        { authorization: `Bearer ${token}` },
      );
      return { outcome, taken: outcome.kind === 'whole' && outcome.text.includes(`"${value}"`) };
    },
  };
}

/** Ada changes the title of her post, whose version she has to know. After a fault she may be wrong, and is told. */
export async function postWriter(urls: readonly string[], token: string): Promise<Writer> {
  const { text } = await send(urls, '{ post(slug: "by-mutation") { id version } }');
  const { id, version: first }: { id: string; version: number } = JSON.parse(text).data.post;
  let version = first;
  return {
    question: '{ post(slug: "by-mutation") { title } }',
    async write(urls, value) {
      const outcome = await send(
        urls,
        `mutation { updatePost(input: { id: "${id}", title: "${value}", expectedVersion: ${version} }) { post { title version } userErrors { code } } }`,
        { authorization: `Bearer ${token}` },
      );
      if (outcome.kind !== 'whole') return { outcome, taken: false };
      const { post } = JSON.parse(outcome.text).data.updatePost;
      version = post.version;
      return { outcome, taken: post.title === value };
    },
  };
}
