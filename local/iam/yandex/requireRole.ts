import type { State, Subject } from "../state.ts";
import { allows } from "./roles.ts";
import { permissionDenied } from "./yandexError.ts";

/**
 * Refuses the call where the subject has roles and none of them allows this method on the resource or on
 * its folder. A subject who was never given any is an administrator.
 */
export function requireRole(
  { state, subject, method }: { readonly state: State; readonly subject: Subject; readonly method: string },
  resourceId: string,
): void {
  const bindings = state.roles.get(subject.id);
  // What a user account owns itself needs no role.
  if (!bindings || (subject.kind === "userAccount" && resourceId === subject.id)) return;
  const folderId = state.folderOf(resourceId);
  const allowed = bindings.some(({ role, on = state.folderId }) => {
    return allows(role, method) && (on === resourceId || on === folderId);
  });
  if (!allowed) throw permissionDenied("Permission denied");
}
