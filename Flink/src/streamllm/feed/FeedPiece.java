package streamllm.feed;

import java.util.List;
import streamllm.engine.Item;

/**
 * Something that has happened in a stream, on its way from the thread that reads to the task, with where the stream is
 * behind it.
 *
 * @param items messages, and lines that are none; empty but for {@link Kind#RECORDS}
 * @param number of lost messages, or milliseconds since 1970; or 1 for yes and 0 for no: whether it is refused, and whether it has
 *     vanished
 * @param next the number of the next record
 * @param fingerprint the first record's, or null
 * @param last that of the record before {@code next}, or null
 */
record FeedPiece(Kind kind, List<Item> items, long number, long next, String fingerprint, String last) {
    enum Kind { BEGAN, RECORDS, TIME, LOST, IDLE, REFUSED, ENDED }
}
