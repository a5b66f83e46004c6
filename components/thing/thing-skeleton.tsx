import { Skeleton } from "@/components/ui/states";

/** The device page before its first answer: its parts, and no value. */
export function ThingSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-4">
      <span className="sr-only">Reading the device</span>
      <Skeleton className="h-3 w-40" />
      <Skeleton className="h-6 w-64" />
      <Skeleton className="h-3 w-80 max-w-full" />
      <div className="mt-4 grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-16" />
          <Skeleton className="h-64" />
          <Skeleton className="h-64" />
        </div>
        <Skeleton className="h-56" />
      </div>
    </div>
  );
}
