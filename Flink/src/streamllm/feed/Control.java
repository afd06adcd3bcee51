package streamllm.feed;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import streamllm.engine.JsonLine;

/**
 * What a publisher says of its stream (docs/feed-protocol.md, Control).
 *
 * @param next the number that the next record will have
 * @param replay where it is to be asked
 * @param eventTime how far its time has come, in milliseconds since 1970; null: it doesn't say
 * @param fingerprint the first record's; null: it doesn't say
 */
record Control(String stream, long first, long next, String replay, boolean ended, Long eventTime, String fingerprint) {
    static final String TOPIC = "control";
    /** Longer ones aren't read, in bytes. */
    static final int LONGEST = 4096;
    /** Numbers of records are below this. */
    static final long NUMBERS = 1L << 62;
    private static final long TIMES = 1L << 50;
    private static final int LONGEST_STREAM = 128;
    private static final byte[] TOPIC_BYTES = TOPIC.getBytes(StandardCharsets.UTF_8);
    private static final byte[][] FIELDS = Arrays.stream(
        new String[] {"stream", "first", "next", "replay", "ended", "event_time_ms", "fingerprint"})
        .map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);

    static boolean isOne(List<byte[]> message) {
        return message.size() == 3 && message.get(2).length == 0 && Arrays.equals(message.get(0), TOPIC_BYTES);
    }

    /** Whether a frame says where a record stands: its number, and its stream's id. */
    static boolean isPosition(byte[] frame) {
        if (frame.length < 9 || frame.length > 8 + LONGEST_STREAM) return false;
        long number = ByteBuffer.wrap(frame).getLong();
        if (number < 1 || number >= NUMBERS) return false;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(frame, 8, frame.length - 8));
            return true;
        } catch (CharacterCodingException e) { return false; }
    }

    /** Whether a message is of a publisher that doesn't number its records (docs/feed-protocol.md). */
    static boolean isForeign(List<byte[]> message) {
        return message.size() != 3 || message.get(2).length > 0 && !isPosition(message.get(2));
    }

    /** null: it can't be read. */
    static Control of(List<byte[]> message) {
        byte[] json = message.get(1);
        if (json.length > LONGEST) return null;
        JsonLine.Value[] values = new JsonLine.Value[FIELDS.length];
        Arrays.fill(values, new JsonLine.Value(null, false));
        try { JsonLine.read(json, 0, json.length, FIELDS, values); } catch (JsonLine.Problem e) { return null; }
        String stream = values[0].string(), replay = values[3].string();
        Long first = values[1].whole(), next = values[2].whole(), time = values[5].whole();
        Boolean ended = values[4].truth();
        if (stream == null || first == null || next == null || replay == null || ended == null) return null;
        int length = stream.getBytes(StandardCharsets.UTF_8).length;
        if (first < 1 || first > next || next >= NUMBERS || length < 1 || length > LONGEST_STREAM) return null;
        if (time != null && Math.abs(time) >= TIMES) return null;
        return new Control(stream, first, next, replay, ended, time, values[6].string());
    }
}
