/** A number in a row that only grows, and when which value was acknowledged: from then on nobody may see an older one. */
export function createRegister() {
  const acknowledged: { version: number; binding: number }[] = [];
  return {
    /** @param binding from when on nobody may see an older one, in milliseconds */
    acknowledge: (version: number, binding: number) => acknowledged.push({ version, binding }),
    /** The oldest version that a read may see that began then. */
    oldestAt: (began: number) =>
      Math.max(0, ...acknowledged.filter(({ binding }) => binding <= began).map(({ version }) => version)),
  };
}
