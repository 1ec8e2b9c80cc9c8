export function EntityVersionsCard() {
  return null;
}
