import { useState } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { toasts } from "@/components/ui/toast-store";

/** Hangs or takes off a tag; a failure is told in a notice. */
export function useLockWriter(onDone: () => void) {
  const [isBusy, setIsBusy] = useState(false);
  const run = (write: () => Promise<unknown>) => {
    setIsBusy(true);
    write()
      .then(onDone)
      .catch((error: unknown) => toasts.show({ title: errorWords(error), tone: "alarm" }))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, run };
}
