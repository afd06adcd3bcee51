package streamllm.engine;

import java.util.Comparator;

/**
 * A message in a window.
 *
 * @param time milliseconds since 1970
 * @param sequence its number in its stream
 * @param isRM whether the relationship manager said it; otherwise the customer did
 * @param text in UTF-8; nobody changes it
 */
public record Message(long time, long sequence, boolean isRM, byte[] text) {
    /** By time; those of one time by arrival. */
    static final Comparator<Message> ORDER =
        Comparator.comparingLong(Message::time).thenComparingLong(Message::sequence);

    /** What a message adds to a window's cost, besides its text. */
    private static final int OVERHEAD = 40;

    long cost() { return text.length + OVERHEAD; }
}
