import { createInputCheck, hasLength, type InputCheck } from '../shared/user-errors.ts';
import type { ProfileChange } from './data/accounts.ts';

/** The rules that schema.graphql states for what people may call themselves and sign in with. */

const usernamePattern = /^[a-z0-9_]{3,30}$/;

/**
 * One @, a dot behind it, printable ASCII: enough to notice a slip of the hand. Only a mail that arrives proves more. ASCII,
 * because letters of other scripts have look-alikes and more than one lower case; a domain of them has an ASCII form.
 */
const emailPattern = /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/;

export function isUsername(text: string): boolean {
  return usernamePattern.test(text);
}

/** The form in which addresses are kept and compared. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** @throws Refusal INVALID, with every fault. */
export function checkSignUp(input: {
  username: string;
  email: string;
  password: string;
  name: string | null;
}): void {
  const check = createInputCheck();
  check.expect(
    isUsername(input.username),
    'username',
    'A username has 3 to 30 lower-case letters, digits and underscores.',
  );
  check.expect(
    emailPattern.test(input.email) && hasLength(input.email, 5, 254),
    'email',
    'This is not an e-mail address.',
  );
  expectPassword(check, input.password, 'password');
  if (input.name !== null) expectName(check, input.name);
  check.done();
}

/** @throws Refusal INVALID */
export function checkNewPassword(password: string): void {
  const check = createInputCheck();
  expectPassword(check, password, 'newPassword');
  check.done();
}

/** @throws Refusal INVALID, with every fault. */
export function checkProfile({ name, bio, avatarUrl }: ProfileChange): void {
  const check = createInputCheck();
  if (name !== undefined) expectName(check, name);
  if (bio !== undefined) check.expect(hasLength(bio, 0, 500), 'bio', 'A bio has at most 500 characters.');
  if (avatarUrl !== undefined && avatarUrl !== null)
    check.expect(
      isHttpsUrl(avatarUrl) && hasLength(avatarUrl, 1, 2_000),
      'avatarUrl',
      'An avatar is an https address of at most 2000 characters.',
    );
  check.done();
}

function expectName(check: InputCheck, name: string): void {
  check.expect(hasLength(name, 1, 80), 'name', 'A name has 1 to 80 characters.');
}

function expectPassword(check: InputCheck, password: string, field: string): void {
  check.expect(hasLength(password, 12, 128), field, 'A password has 12 to 128 characters.');
}

function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^\s]+$/i.test(text) && URL.canParse(text);
}
