/** Stops the start with one line that a person can act on; no stack is shown. */
export class StartupError extends Error {}
