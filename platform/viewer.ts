/** Who is asking, as the gateway verified it. */
export interface Viewer {
  /** The `sub` claim of the verified token: the account's id. */
  readonly subject: string;
  /** The `sid` claim: the sign-in this token belongs to, where the issuer says so. */
  readonly sessionId?: string;
}
