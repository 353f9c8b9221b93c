/** What is wrong with the files of a project or a stack, in words for the user, who can act on it. */
export class StackFailure extends Error {
  override readonly name: string = "StackFailure";
}

/** There is no such stack, or none is selected. */
export class StackNotFound extends StackFailure {
  override readonly name = "StackNotFound";
}
