import type { LocalAwsContext } from "../../platform/service.ts";
import { iotArn } from "../registry/arns.ts";
import { alreadyExists, invalidRequest } from "../registry/errors.ts";
import { mirrorTable, type MirroredTable } from "../registry/mirrored-table.ts";
import { requireName } from "../registry/names.ts";
import { AwsError } from "../../platform/aws-error.ts";
import { rulePayloadSchema, type RuleDefinition, type RulePayload } from "./rule-definition.ts";
import type { RulesEngine } from "./rules-engine.ts";

/** The rules that exist, kept in the store and running in the engine. */
export class TopicRules {
  readonly #ctx: LocalAwsContext;
  readonly #engine: RulesEngine;
  readonly #rows: MirroredTable<RuleDefinition>;

  /** Throws an Error naming a kept rule that does not compile. */
  constructor(ctx: LocalAwsContext, engine: RulesEngine) {
    this.#ctx = ctx;
    this.#engine = engine;
    this.#rows = mirrorTable(ctx.store, "iot-topic-rules");
    for (const rule of this.#rows.values()) this.#engine.set(rule);
  }

  list(): RuleDefinition[] {
    return this.#rows.values();
  }

  find(ruleName: string): RuleDefinition | undefined {
    return this.#rows.get(ruleName);
  }

  /** AWS answers `UnauthorizedException` for a rule that does not exist. */
  require(ruleName: string): RuleDefinition {
    const rule = this.#rows.get(requireName("ruleName", ruleName));
    if (rule === undefined) throw new AwsError("UnauthorizedException", `Access to topic rule '${ruleName}' was denied`, 401);
    return rule;
  }

  create(ruleName: string, payload: unknown): RuleDefinition {
    requireName("ruleName", ruleName);
    if (this.#rows.has(ruleName)) throw alreadyExists(`Rule ${ruleName} already exists`);
    return this.#save(ruleName, parsePayload(ruleName, payload), this.#ctx.clock.nowMs());
  }

  replace(ruleName: string, payload: unknown): RuleDefinition {
    const { createdAtMs } = this.require(ruleName);
    return this.#save(ruleName, parsePayload(ruleName, payload), createdAtMs);
  }

  setDisabled(ruleName: string, ruleDisabled: boolean): void {
    const { payload, createdAtMs } = this.require(ruleName);
    this.#save(ruleName, { ...payload, ruleDisabled }, createdAtMs);
  }

  /** Deleting what does not exist is no error, as on AWS. */
  delete(ruleName: string): void {
    this.#rows.delete(requireName("ruleName", ruleName));
    this.#engine.delete(ruleName);
  }

  #save(ruleName: string, payload: RulePayload, createdAtMs: number): RuleDefinition {
    const rule: RuleDefinition = { ruleName, ruleArn: iotArn(this.#ctx, "rule", ruleName), createdAtMs, payload };
    this.#engine.set(rule);
    this.#rows.put(ruleName, rule);
    return rule;
  }
}

function parsePayload(ruleName: string, payload: unknown): RulePayload {
  const result = rulePayloadSchema.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidRequest(`Topic rule ${ruleName}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not valid"}`);
}
