export function TopicAccessPage() {
  return null;
}
