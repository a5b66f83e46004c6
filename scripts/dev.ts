import { runStack } from "./support/run-stack.ts";

await runStack("development");
