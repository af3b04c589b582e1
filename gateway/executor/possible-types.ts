import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Which objects a type condition applies to, in the supergraph: also of types that clients don't see. */
export interface PossibleTypes {
  includes(condition: string, typename: unknown): boolean;
  /** Whether it names an interface: all that a subgraph with `@interfaceObject` knows of an object's type. */
  isInterface(typename: unknown): boolean;
}

export function possibleTypesOf(supergraph: GraphQLSchema): PossibleTypes {
  return {
    includes(condition, typename) {
      if (condition === typename) return true;
      if (typeof typename !== 'string') return false;
      const abstract = supergraph.getType(condition);
      const type = supergraph.getType(typename);
      return (
        isAbstractType(abstract) &&
        (isObjectType(type) || isInterfaceType(type)) &&
        supergraph.isSubType(abstract, type)
      );
    },
    isInterface: (typename) => typeof typename === 'string' && isInterfaceType(supergraph.getType(typename)),
  };
}
