/** Counts requests and watches the order of each key, whose records have no gaps in their numbers. */
final class ArrivalCheck {
  private final int[] next = new int[Records.KEYS];
  private final int[] underWay = new int[Records.KEYS];
  private long answered;
  private long duplicates;
  private long orderViolations;

  void begin(int key, int sequence) {
    if (sequence < next[key]) {
      duplicates++;
    } else {
      // Before its predecessor came, or before that was answered.
      if (sequence > next[key] || underWay[key] > 0) {
        orderViolations++;
      }
      next[key] = sequence + 1;
    }
    underWay[key]++;
  }

  void end(int key) {
    answered++;
    underWay[key] = Math.max(0, underWay[key] - 1);
  }

  void reset() {
    java.util.Arrays.fill(next, 0);
    java.util.Arrays.fill(underWay, 0);
    answered = 0;
    duplicates = 0;
    orderViolations = 0;
  }

  String toJson() {
    return String.format(
        "{\"answered\":%d,\"duplicates\":%d,\"orderViolations\":%d}",
        answered, duplicates, orderViolations);
  }
}
