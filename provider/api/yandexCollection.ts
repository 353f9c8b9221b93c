/** A kind of key that the IAM API keeps as a collection of objects with ids. */
export interface Collection {
  /** The service's name in the API reference, for messages: "AccessKey". */
  readonly service: string;
  readonly path: string;
  /** The field of a list's reply that holds the objects. */
  readonly listedAs: string;
  /** The role that every method of it asks for; undefined where its reference names none. */
  readonly role?: string;
}
