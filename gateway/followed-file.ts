import { readFile, stat } from 'node:fs/promises';

/** How often the file's metadata is looked at, in milliseconds. */
const defaultInterval = 500;

export interface FollowedFile {
  /** As it was when it was opened. */
  readonly text: string;
  /**
   * Hands over every later version of the file, one after the other.
   *
   * @param options.failed hears what `take` throws, and why the file can't be read; once for each version
   * @returns what ends it, after the version that is being taken
   */
  follow(options: {
    take: (text: string) => Promise<void>;
    failed: (error: unknown) => void;
    interval?: number | undefined;
  }): () => Promise<void>;
}

/**
 * A file that operators replace while we run.
 *
 * It is watched by polling its metadata: that notices files replaced by rename and Kubernetes' swapped symbolic links, and works on
 * network file systems and bind mounts, where change events don't. A file that is being written may be met half done: that version
 * fails, and the next look finds the whole.
 *
 * @throws when it can't be read
 */
export async function openFollowedFile(path: string): Promise<FollowedFile> {
  // The metadata is read first: whatever changes after it is noticed.
  let seen = await fingerprint(path);
  let latest = await readFile(path, 'utf8');
  return {
    text: latest,
    follow({ take, failed, interval = defaultInterval }) {
      const look = async () => {
        try {
          const found = await fingerprint(path);
          if (found === seen) return;
          seen = found;
          const text = await readFile(path, 'utf8');
          if (text === latest) return;
          latest = text;
          await take(text);
        } catch (error) {
          failed(error);
        }
      };
      let looking: Promise<void> | undefined;
      const timer = setInterval(() => {
        looking ??= look().finally(() => {
          looking = undefined;
        });
      }, interval).unref();
      return async () => {
        clearInterval(timer);
        await looking;
      };
    },
  };
}

/** Changes whenever the file is written or replaced. 'none' when there is no file: said once, not at every look. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'none';
  }
}
