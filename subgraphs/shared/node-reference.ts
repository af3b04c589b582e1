/** Something that `node` points at, of which this subgraph knows no more than its type and id. */
export interface NodeReference {
  readonly __typename: string;
  readonly id: string;
}
