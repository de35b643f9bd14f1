// What has to be read from its chunk first: nothing while it is under way, and the reason where it cannot be read.

import { useEffect, useState } from "preact/hooks";

export type Loaded<T> = { value: T } | { error: string } | null;

/** The latest of what `load` gives for `key`; an answer that comes late is dropped. */
export function useLoaded<T>(key: unknown, load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<{ key: unknown; result: Loaded<T> }>({ key: undefined, result: null });
  useEffect(() => {
    let current = true;
    load().then(
      (value) => current && setLoaded({ key, result: { value } }),
      (error: unknown) =>
        current && setLoaded({ key, result: { error: error instanceof Error ? error.message : String(error) } }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  return loaded.key === key ? loaded.result : null;
}
