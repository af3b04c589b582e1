import { existsSync, readFileSync } from 'node:fs';

/**
 * Replaces `${env.NAME}`, `${env.NAME:-default}` and `${file.path}` in a text, with the meaning they have to rover:
 * a variable that is set to nothing counts as set, a file that isn't there leaves the reference as it is, what lacks
 * its closing brace is text, `$$` is a dollar sign, paths are relative to the working directory.
 *
 * @throws Error when a variable is not set and has no default, and for references of any other kind.
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/\$\$|\$\{([^}]*)\}|\$(\w+)/g, (whole, reference?: string, bare?: string) => {
    if (bare !== undefined) throw new Error(`$${bare}: write \${env.${bare}}`);
    if (reference === undefined) return '$';
    const at = reference.indexOf(':-');
    const key = at > 0 ? reference.slice(0, at) : reference;
    const fallback = at > 0 ? reference.slice(at + 2) : undefined;
    return lookUp(key, env, fallback !== undefined) ?? fallback ?? whole;
  });
}

function lookUp(key: string, env: NodeJS.ProcessEnv, hasDefault: boolean): string | undefined {
  if (key.startsWith('env.')) {
    const name = key.slice('env.'.length);
    const value = env[name];
    if (value === undefined && !hasDefault)
      throw new Error(`the environment variable ${name} is not set and has no default`);
    return value;
  }
  if (key.startsWith('file.')) {
    const path = key.slice('file.'.length);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
  if (hasDefault) return undefined;
  throw new Error(`\${${key}}: only env.NAME and file.path can be expanded`);
}
