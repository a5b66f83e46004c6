import { type ComponentType, type FunctionComponent, lazy, Suspense } from "react";

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
