/** What the engine hands to a dynamic provider in a preview, in the place of a value not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
