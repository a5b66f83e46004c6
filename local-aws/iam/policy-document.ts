/** An IAM or AWS IoT policy document after JSON parsing; the evaluator judges anything beyond this shape as malformed. */
export interface PolicyDocument {
  readonly Version?: "2012-10-17" | "2008-10-17";
  readonly Id?: string;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  /** Trust policies only. */
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  /** Operator -> key -> value(s). */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[] | boolean | number>>>>;
}

/** Values of condition keys and policy variables; keys are compared without regard to case. */
export type PolicyContext = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface PolicyRequest {
  /** `iot:Connect` */
  readonly action: string;
  readonly resource: string;
  readonly context: PolicyContext;
}

export interface PolicyDecision {
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  /** The statement that decided, with the name of its policy; absent for an implicit deny. */
  readonly by?: { readonly policyName: string; readonly statement: PolicyStatement };
}
