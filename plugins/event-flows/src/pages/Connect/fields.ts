import type { ConnectErrors, ConnectField, ConnectForm } from './connectForm';

/** What every group of fields of the form is given. */
export interface FieldsProps {
  form: ConnectForm;
  errors: ConnectErrors;
  onChange: (changes: Partial<ConnectForm>) => void;
  /** Called when a field is left, which is when it is checked, with what was entered by that. */
  onLeave: (field: ConnectField, changes?: Partial<ConnectForm>) => void;
}
