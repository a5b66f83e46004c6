import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { checkCredentials, PreconditionError, STACK_NAME, stackOutputs } from "./support/deployment.ts";
import { runCommand } from "./support/run-command.ts";

/** Removes the deployed stack after the account was named and confirmed. Tables that hold the audit trail are retained by the template. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { yes: { type: "boolean", default: false } } });
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region === undefined) throw new PreconditionError("AWS_REGION is not set: name the region the stack is in.");
  const accountId = await checkCredentials(region);
  if ((await stackOutputs(region, STACK_NAME)) === undefined) {
    throw new PreconditionError(`There is no stack ${STACK_NAME} in account ${accountId}, ${region}. Nothing was removed.`);
  }
  if (!values.yes && !(await isConfirmed(`Remove ${STACK_NAME} from account ${accountId}, ${region}? Type the account id: `, accountId))) {
    throw new PreconditionError("Not confirmed. Nothing was removed.");
  }
  const app = `${process.execPath} infra/app.ts`;
  const { exitCode } = await runCommand("cdk", ["destroy", "--app", app, "--force", STACK_NAME], { isLoud: true });
  if (exitCode !== 0) throw new Error("cdk destroy failed; what it said is above.");
}

async function isConfirmed(question: string, answer: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const given = await prompt.question(question);
  prompt.close();
  return given.trim() === answer;
}

await main().catch((error: unknown) => {
  process.stderr.write(`thingdeck: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof PreconditionError ? 2 : 1);
});
