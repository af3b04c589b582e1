import { documentClasses } from './documents.ts';
import { httpClasses } from './http.ts';
import type { MaliciousClass } from './requests.ts';
import { selectionClasses } from './selections.ts';
import { textClasses } from './texts.ts';
import { valueClasses } from './values.ts';

/**
 * What people do to GraphQL servers, after https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html and
 * what else there is to abuse. For the supergraph in schema.ts and a gateway with default limits.
 */
export const maliciousCorpus: readonly MaliciousClass[] = [
  ...httpClasses,
  ...textClasses,
  ...documentClasses,
  ...selectionClasses,
  ...valueClasses,
];
