/** Placeholder of the first template. */
export function handler(): Promise<void> {
  return Promise.resolve();
}
