import type { QueueForm, QueueFormErrors } from './queueForm';

/** What every group of fields of the dialog is given. */
export interface FieldsProps {
  form: QueueForm;
  errors: QueueFormErrors;
  onChange: (changes: Partial<QueueForm>) => void;
  /** Called when a field is left, which is when it is checked. */
  onLeave: (field: keyof QueueForm) => void;
}
