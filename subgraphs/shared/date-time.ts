import { GraphQLError, GraphQLScalarType } from 'graphql';

/** The `DateTime` scalar: a Date inside, RFC 3339 in UTC outside. */
export const dateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('A DateTime must be a Date');
  },
});
