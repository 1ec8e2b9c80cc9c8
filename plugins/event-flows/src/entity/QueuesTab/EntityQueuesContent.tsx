export function EntityQueuesContent() {
  return null;
}
