/**
 * Stands before a bundle in which no body is a FormData: where `got` asks whether one is, Node would load its `fetch` with all that
 * belongs to it, which takes longer than a request.
 */
export const NO_FORM_DATA = "class FormData {}";
