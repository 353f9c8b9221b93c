/** A kind of key that the IAM API keeps as a collection of objects with ids. */
export interface Collection {
  /** The service's name in the API reference, for messages: "AccessKey". */
  readonly service: string;
  readonly path: string;
  /** The field of a list's reply that holds the objects. */
  readonly listedAs: string;
  /** The role that every method of it asks for; undefined if it is not known. */
  readonly role?: string;
  /** Whose objects they are: the field that names it, and what it is called. Absent: a service account's. */
  readonly account?: { readonly field: string; readonly name: string };
  /** If a create answers with an operation: the field of its metadata that has the id of the new object. */
  readonly madeBy?: string;
}

export const SERVICE_ACCOUNT: NonNullable<Collection["account"]> = {
  field: "serviceAccountId",
  name: "service account",
};
