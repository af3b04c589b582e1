import { Kind, parse, type StringValueNode } from 'graphql';
import { ConfigError } from '../../platform/config.ts';

/**
 * Where every subgraph of a supergraph is, by name: the override where there is one, else the routing URL that was
 * composed in.
 *
 * @throws ConfigError when a subgraph is nowhere, and GraphQLError when the text is not a supergraph.
 */
export function subgraphAddresses(
  supergraphSdl: string,
  overrides: ReadonlyMap<string, string>,
): ReadonlyMap<string, URL> {
  const addresses = new Map<string, URL>();
  for (const { name, routingUrl } of subgraphsOf(supergraphSdl)) {
    const address = overrides.get(name) ?? routingUrl;
    if (!URL.canParse(address))
      throw new ConfigError(`The subgraph ${name} has no usable routing URL: name one in SUBGRAPH_URLS.`);
    addresses.set(name, new URL(address));
  }
  return addresses;
}

/** The overrides that name no subgraph of the supergraph: typing errors, most likely. */
export function unknownOverrides(
  addresses: ReadonlyMap<string, URL>,
  overrides: ReadonlyMap<string, string>,
): string[] {
  return [...overrides.keys()].filter((name) => !addresses.has(name));
}

/** Composition lists the subgraphs as values of the enum `join__Graph`. */
function subgraphsOf(supergraphSdl: string): { name: string; routingUrl: string }[] {
  const graphs = parse(supergraphSdl, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION || graphs.values === undefined)
    throw new ConfigError('This is not a Federation 2 supergraph: it has no enum join__Graph.');
  return graphs.values.map((value) => {
    const described = value.directives?.find((directive) => directive.name.value === 'join__graph');
    const argument = (name: string) =>
      described?.arguments?.find(
        (candidate): candidate is typeof candidate & { value: StringValueNode } =>
          candidate.name.value === name && candidate.value.kind === Kind.STRING,
      )?.value.value ?? '';
    return { name: argument('name'), routingUrl: argument('url') };
  });
}
