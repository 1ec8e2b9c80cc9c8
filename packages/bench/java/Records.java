import java.nio.charset.StandardCharsets;

/**
 * What a record of the bench looks like: JSON of exactly so many bytes, with a
 * key's number and the record's own number within that key at fixed places, so
 * that the endpoint finds them at no cost.
 */
final class Records {
  static final int KEYS = 10_000;

  private static final String HEAD = "{\"key\":\"";
  private static final int KEY_DIGITS = 5;
  private static final String MIDDLE = "\",\"sequence\":\"";
  private static final int SEQUENCE_DIGITS = 10;
  private static final String TAIL = "\",\"padding\":\"";
  private static final String END = "\"}";
  private static final String FILLER = "the quick brown fox ";

  private static final int KEY_AT = HEAD.length();
  private static final int SEQUENCE_AT = KEY_AT + KEY_DIGITS + MIDDLE.length();

  /** Bytes from the start of a record that hold both numbers. */
  static final int PREFIX_BYTES = SEQUENCE_AT + SEQUENCE_DIGITS;

  private final byte[] template;

  Records(int bytes) {
    int padding = bytes - PREFIX_BYTES - TAIL.length() - END.length();
    if (padding < 0) {
      throw new IllegalArgumentException("A record needs more than " + bytes + " bytes");
    }
    String filler = FILLER.repeat(padding / FILLER.length() + 1).substring(0, padding);
    String text =
        HEAD + "0".repeat(KEY_DIGITS) + MIDDLE + "0".repeat(SEQUENCE_DIGITS) + TAIL + filler + END;
    template = text.getBytes(StandardCharsets.US_ASCII);
  }

  byte[] encode(int key, int sequence) {
    byte[] record = template.clone();
    writeDigits(record, KEY_AT, KEY_DIGITS, key);
    writeDigits(record, SEQUENCE_AT, SEQUENCE_DIGITS, sequence);
    return record;
  }

  /** The key's number of a record that begins at this place. */
  static int keyAt(byte[] bytes, int start) {
    return readDigits(bytes, start + KEY_AT, KEY_DIGITS);
  }

  /** The number, within its key, of a record that begins at this place. */
  static int sequenceAt(byte[] bytes, int start) {
    return readDigits(bytes, start + SEQUENCE_AT, SEQUENCE_DIGITS);
  }

  private static void writeDigits(byte[] bytes, int start, int count, int value) {
    int rest = value;
    for (int i = start + count - 1; i >= start; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static int readDigits(byte[] bytes, int start, int count) {
    int value = 0;
    for (int i = start; i < start + count; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }
}
