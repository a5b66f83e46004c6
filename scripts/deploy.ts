import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { IoTClient } from "@aws-sdk/client-iot";
import {
  checkBootstrap,
  checkCredentials,
  deployedSettings,
  inviteAdmin,
  PreconditionError,
  STACK_NAME,
  stackOutputs,
} from "./support/deployment.ts";
import { root } from "./support/paths.ts";
import { createProgress } from "./support/progress.ts";
import { runCommand } from "./support/run-command.ts";

const HELP = `Deploys Thingdeck's stack to the AWS account of your credentials and prints the server's settings.

  npm run deploy -- --admin-email you@example.com --app-url https://deck.example.com [--context key=value ...]

Needs: AWS credentials, AWS_REGION, and a CDK bootstrap of that account and region.`;

const progress = createProgress();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      "admin-email": { type: "string" },
      "app-url": { type: "string" },
      context: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const { email, appUrl, region } = checkArguments(values["admin-email"], values["app-url"]);
  const accountId = await progress.step("checking the credentials", () => checkCredentials(region));
  await progress.step("checking the CDK bootstrap", () => checkBootstrap(region, accountId));
  await deployStack(appUrl, values.context);
  const outputs = await stackOutputs(region, STACK_NAME);
  if (outputs === undefined) throw new Error(`The stack ${STACK_NAME} is not there after the deployment.`);
  const clients = { cognito: new CognitoIdentityProviderClient({ region }), iot: new IoTClient({ region }) };
  const isNew = await progress.step(`inviting ${email}`, () => inviteAdmin(clients.cognito, outputs.UserPoolId ?? "", email));
  progress.note(isNew ? `${email} gets a temporary password by e-mail` : `${email} had an account already; it is an admin now`);
  progress.note("the server's settings follow on stdout; the client secret and the session key in them are secrets");
  process.stdout.write(await deployedSettings(clients, outputs, appUrl));
}

function checkArguments(email: string | undefined, appUrl: string | undefined): { email: string; appUrl: string; region: string } {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region === undefined)
    throw new PreconditionError("AWS_REGION is not set: name the region to deploy to, for example AWS_REGION=eu-west-1.");
  if (!email?.includes("@")) throw new PreconditionError("--admin-email is missing: who shall be the first admin?");
  if (appUrl === undefined || !/^https:\/\/[^/]+$/.test(appUrl)) {
    throw new PreconditionError(
      "--app-url is missing or not an https origin: where will the dashboard be reached, for example https://deck.example.com?",
    );
  }
  return { email, appUrl, region };
}

async function deployStack(appUrl: string, context: readonly string[]): Promise<void> {
  const assembly = join(root, "cdk.out");
  rmSync(assembly, { recursive: true, force: true });
  const settings = [`appUrls=${appUrl}`, ...context].flatMap((pair) => ["--context", pair]);
  await progress.step("synthesising the template", () => runOrThrow("node", ["infra/app.ts", "--output", assembly, ...settings]));
  await progress.step("deploying (about five minutes the first time)", () =>
    runOrThrow("cdk", ["deploy", "--app", assembly, "--require-approval", "never", STACK_NAME]),
  );
}

async function runOrThrow(command: string, args: readonly string[]): Promise<void> {
  const { exitCode } = await runCommand(command, args, { isLoud: true });
  if (exitCode !== 0) throw new Error(`${command} ${args[0] ?? ""} failed; what it said is above.`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`thingdeck: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof PreconditionError ? 2 : 1);
});
