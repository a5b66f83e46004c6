import { type ComponentType, type FunctionComponent, lazy, Suspense } from "react";

const RETRY_MS = 5_000;

/** For a part that nobody asked for: while the server is away its code is waited for, where a rejection would take the page with it. */
export function untilLoaded<Part>(load: () => Promise<Part>): () => Promise<Part> {
  const again = (): Promise<Part> => load().catch(() => new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS)).then(again));
  return again;
}

/** A component whose code comes when it is first drawn, or when `load` was called before; until then nothing is there. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): FunctionComponent<Props> {
  const Part = lazy(async () => ({ default: (await load()) as FunctionComponent<object> }));
  return function LazyPart(props: Props) {
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    );
  };
}
