/** How topic rules and schedules call the template's Lambda functions. */
export interface FunctionInvoker {
  /**
   * Runs the handler with its role's keys and waits for its answer.
   * Throws AwsError `ResourceNotFoundException`, or an Error with the handler's own message when it threw or timed out.
   */
  invoke(functionArn: string, event: unknown): Promise<unknown>;
}
