import type { AccessEntry } from '@event-flows/backstage-plugin-event-flows-common';

/** A change of the access that is not saved yet. */
export interface AccessDraft {
  /** The algorithms that had access when editing began. */
  base: string[];
  added: string[];
  removed: string[];
  /** Had access that passes to another entity of the same name. */
  renewed: string[];
}

/** The difference between two lists of algorithms. */
export interface AccessDifference {
  added: string[];
  removed: string[];
}

/** A draft without changes. */
export function draftOf(base: string[]): AccessDraft {
  return { base, added: [], removed: [], renewed: [] };
}

/** Gives an algorithm access, or takes its removal back. */
export function add(draft: AccessDraft, ref: string): AccessDraft {
  if (draft.base.includes(ref)) {
    return { ...draft, removed: without(draft.removed, ref) };
  }
  return draft.added.includes(ref)
    ? draft
    : { ...draft, added: [...draft.added, ref] };
}

/** Takes the access of an algorithm, or its addition back. */
export function remove(draft: AccessDraft, ref: string): AccessDraft {
  if (draft.added.includes(ref)) {
    return { ...draft, added: without(draft.added, ref) };
  }
  return draft.base.includes(ref) && !draft.removed.includes(ref)
    ? { ...undo(draft, ref), removed: [...draft.removed, ref] }
    : draft;
}

/** Gives access that existed to the entity that has the name now. */
export function renew(draft: AccessDraft, ref: string): AccessDraft {
  return {
    ...undo(draft, ref),
    renewed: [...without(draft.renewed, ref), ref],
  };
}

/** Takes back what was changed about one algorithm. */
export function undo(draft: AccessDraft, ref: string): AccessDraft {
  return {
    ...draft,
    added: without(draft.added, ref),
    removed: without(draft.removed, ref),
    renewed: without(draft.renewed, ref),
  };
}

/** Whether there is something to save. */
export function isChanged(draft: AccessDraft): boolean {
  return draft.added.length + draft.removed.length + draft.renewed.length > 0;
}

/** The algorithms that shall have access. */
export function wanted(draft: AccessDraft): string[] {
  return [
    ...draft.base.filter(ref => !draft.removed.includes(ref)),
    ...draft.added,
  ];
}

/** The same wishes, on top of what is stored by now; what came true is none. */
export function rebase(
  draft: AccessDraft,
  stored: ReadonlyArray<Pick<AccessEntry, 'algorithmRef' | 'recreated'>>,
): AccessDraft {
  const base = stored.map(({ algorithmRef }) => algorithmRef);
  const recreated = stored
    .filter(entry => entry.recreated)
    .map(({ algorithmRef }) => algorithmRef);
  return {
    base,
    added: draft.added.filter(ref => !base.includes(ref)),
    removed: draft.removed.filter(ref => base.includes(ref)),
    renewed: draft.renewed.filter(ref => recreated.includes(ref)),
  };
}

/** What has to happen to one list to get the other. */
export function differenceOf(from: string[], to: string[]): AccessDifference {
  return {
    added: to.filter(ref => !from.includes(ref)),
    removed: from.filter(ref => !to.includes(ref)),
  };
}

function without(refs: string[], ref: string): string[] {
  return refs.filter(other => other !== ref);
}
