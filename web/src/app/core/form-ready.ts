import type { FieldTree } from '@angular/forms/signals';

/** Whether a form may be sent; if not, what is wrong is shown and the first such field has the focus. */
export function formReady(form: FieldTree<unknown>, event: Event): boolean {
  event.preventDefault();
  form().markAsTouched();
  if (form().valid()) return true;
  form().errorSummary()[0]?.fieldTree().focusBoundControl();
  return false;
}
