/** An operation's name, and its text. */
export interface Document {
  readonly operationName: string;
  readonly query: string;
}

/** Three hops: users, posts, users. Documents differ in what they call the title, so no two of them are answered alike. */
export function documentsFor(count: number): Document[] {
  return Array.from({ length: count }, (_, index) => {
    const operationName = `Profile${index}`;
    const query = `query ${operationName}($id: ID!) {
  user(id: $id) {
    name
    posts(first: 5) {
      nodes {
        ${titleOf(operationName)}: title
        comments(first: 3) { nodes { body author { name } } }
      }
    }
  }
}`;
    return { operationName, query };
  });
}

/** What an operation calls the title of a post. */
export function titleOf(operationName: string): string {
  return `titleOf${operationName}`;
}
