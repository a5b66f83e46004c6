import { lazyPart } from "@/components/ui/lazy-part";

const loadStateNote = () => import("./state-note").then((module) => module.StateNote);
const loadGuardDialog = () => import("./guard-dialog").then((module) => module.GuardDialog);

export const StateNote = lazyPart(loadStateNote);
export const GuardDialog = lazyPart(loadGuardDialog);
/** What a press is answered with. Whoever shows switches loads it at rest: it has to be there when the server is not. */
export const LOAD_ANSWERS = [loadStateNote, loadGuardDialog];
