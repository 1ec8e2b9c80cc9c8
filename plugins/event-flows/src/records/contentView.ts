import type { Content } from '@event-flows/backstage-plugin-event-flows-common';

/** How bytes can be shown. */
export type ContentForm = 'json' | 'text' | 'hex';

const BYTES_PER_LINE = 16;

/** The forms in which something can be shown, the most telling one first. */
export function formsOf(content: Content): ContentForm[] {
  return content.encoding === 'base64'
    ? ['hex']
    : [
        ...(jsonOf(content) === undefined ? [] : ['json' as const]),
        'text',
        'hex',
      ];
}

/** What is shown, in one of its forms. */
export function showContent(content: Content, form: ContentForm): string {
  switch (form) {
    case 'json':
      return jsonOf(content) ?? content.data;
    case 'text':
      return content.data;
    case 'hex':
      return hexOf(bytesOf(content));
    default:
      return form satisfies never;
  }
}

/** Something short for a list, in one line. */
export function summaryOf(content: Content | null): string | undefined {
  if (!content) {
    return undefined;
  }
  return content.encoding === 'utf8'
    ? content.data.replace(/\s+/g, ' ')
    : hexOf(bytesOf(content).slice(0, BYTES_PER_LINE));
}

/** Whether less is shown than there is. */
export function isCut(content: Content): boolean {
  return bytesOf(content).length < content.size;
}

function jsonOf({ encoding, data }: Content): string | undefined {
  // Numbers that JavaScript cannot hold would be shown as others.
  if (encoding !== 'utf8' || /\d{16}/.test(data)) {
    return undefined;
  }
  try {
    return JSON.stringify(JSON.parse(data), undefined, 2);
  } catch {
    return undefined;
  }
}

function bytesOf({ encoding, data }: Content): Uint8Array {
  return encoding === 'utf8'
    ? new TextEncoder().encode(data)
    : Uint8Array.from(atob(data), character => character.charCodeAt(0));
}

function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const line = bytes.subarray(at, at + BYTES_PER_LINE);
    lines.push(
      Array.from(line, byte => byte.toString(16).padStart(2, '0')).join(' '),
    );
  }
  return lines.join('\n');
}
