import { GraphQLError } from 'graphql';
import type { JsonObject } from './json-value.ts';
import { type ClientPath, clientPathsAt, type ResponsePath } from './response-path.ts';

/** An error as a data source hands it on. */
export interface ReportedError {
  readonly message: string;
  readonly path?: ClientPath;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Where a fetch put its answer, which says where in the client's answer an error of it belongs. */
export interface FetchPlace {
  readonly root: JsonObject;
  readonly paths: readonly ResponsePath[];
  /** For each representation sent, which of the objects at these paths it stands for; undefined for a fetch of root fields. */
  readonly positions: readonly (readonly number[])[] | undefined;
}

/**
 * A subgraph's errors as the client sees them. An error about a representation becomes one for every object that it
 * stands for: to the client each of them is a place of its own that stayed empty.
 */
export function clientErrors(
  errors: readonly ReportedError[],
  subgraph: string,
  place: FetchPlace,
): GraphQLError[] {
  let paths: ClientPath[] | undefined;
  const pathsOfObjects = () => {
    paths ??= clientPathsAt(place.root, place.paths);
    return paths;
  };
  return errors.flatMap((error) =>
    clientPaths(error.path, place, pathsOfObjects).map((path) => clientError(error, subgraph, path)),
  );
}

function clientPaths(
  reported: ClientPath | undefined,
  place: FetchPlace,
  pathsOfObjects: () => readonly ClientPath[],
): readonly (ClientPath | undefined)[] {
  if (reported === undefined) return [undefined];
  const { positions } = place;
  if (positions === undefined) return pathsOfObjects().map((path) => [...path, ...reported]);
  // The path is one in the subgraph's answer: ["_entities", index, ...].
  const [, index, ...rest] = reported;
  const standsFor = typeof index === 'number' ? positions[index] : undefined;
  // An error about all of `_entities` belongs to nothing that the client asked for.
  if (standsFor === undefined) return [undefined];
  return standsFor.map((position) => [...(pathsOfObjects()[position] ?? []), ...rest]);
}

function clientError(error: ReportedError, subgraph: string, path: ClientPath | undefined): GraphQLError {
  return new GraphQLError(error.message || `Error while fetching subquery from service "${subgraph}"`, {
    originalError: error as ReportedError & Error,
    path,
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: subgraph },
  });
}
