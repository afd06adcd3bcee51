package streamllm.feed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a follower makes of what publishers say and answer, one row for each: what happens, and what follows. Records are
 * numbers as text; the fingerprint of record 1 is {@code f}.
 */
public final class FollowedStreamTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ONE = Fingerprint.of(new byte[] {'1'}, 0, 1);

    /** What happens, a word and what belongs to it; and what follows, in order. */
    private record Row(String what, String happens, String follows) {}

    private static final List<Row> ROWS = List.of(
        new Row("a stream from its first record to its end",
            "control 4; batch 1-3 4; control 4 ended; nothing 4", "ask 1; take 1-3; ask 4; ended"),
        new Row("nothing is asked before somebody has spoken", "wait 5", ""),
        new Row("a stream without records has ended once its publisher has answered",
            "control 1 ended; nothing 1", "ask 1; ended"),
        new Row("what was taken before isn't taken again", "control 4; batch 1-2 4; batch 3-3 4",
            "ask 1; take 1-2; ask 3; take 3-3; ask 4"),
        new Row("an answer to another question is passed over", "control 9; batch 3-5 9; batch 1-2 9", "ask 1; take 1-2; ask 3"),
        new Row("one with more records than there are, too", "control 9; batch 1-3 3", "ask 1; ask 1"),
        new Row("level, it asks again after a moment", "control 3; batch 1-2 3; wait 1; nothing 3; wait 1; batch 3-3 4",
            "ask 1; take 1-2; ask 3; ask 3; take 3-3; ask 4"),
        new Row("a question that isn't answered is asked again, and later each time",
            "control 3; wait 1; wait 1; wait 3; wait 1", "ask 1; ask 1; ask 1"),
        new Row("time counts once everything before it is there", "control 3 at 500; batch 1-1 3; batch 2-2 3",
            "ask 1; take 1-1; ask 2; take 2-2; time 500; ask 3"),
        new Row("what is gone is lost once something behind it has been taken", "control 9; gone 5; batch 5-8 9",
            "ask 1; ask 5; lost 4 at 5; take 5-8; ask 9"),
        new Row("a failure before that asks for it again, and one after it doesn't",
            "control 9; gone 5; place; batch 5-8 9; place",
            "ask 1; ask 5; place 1; lost 4 at 5; take 5-8; ask 9; place 9"),
        new Row("a failure after the first records, too", "control 9; batch 1-2 9; gone 5; place",
            "ask 1; take 1-2; ask 3; ask 5; place 3 2"),
        new Row("or it isn't, where its publisher has it after all", "control 9; gone 5; control 4; batch 1-3 4",
            "ask 1; ask 5; ask 1; take 1-3; ask 4"),
        new Row("a publisher that doesn't know it ends it, and what was there is lost", "control 9; batch 1-3 9; unknown",
            "ask 1; take 1-3; ask 4; lost 5 at 4; vanished"),
        new Row("on a new connection nothing is taken until control and an answer have shown the same",
            "control 4; batch 1-3 4; connect; batch 4-4 5; control 5; batch 4-4 5",
            "ask 1; take 1-3; ask 4; ask 4 showing; take 4-4; ask 5"),
        new Row("another first record", "control 4; batch 1-3 4; connect; control 5 other; wait 1; control 5; batch 4-4 5",
            "ask 1; take 1-3; ask 4; refused its first record isn't what it was; ask 4 showing; believed; take 4-4; ask 5"),
        new Row("none that is named", "control 4; batch 1-3 4; connect; control 5 unnamed",
            "ask 1; take 1-3; ask 4; refused its publisher doesn't say any more what its first record is"),
        new Row("nothing published yet: it may still be the right one",
            "control 4; batch 1-3 4; connect; control 1 unnamed; wait 1; control 5",
            "ask 1; take 1-3; ask 4; ask 4 showing"),
        new Row("another record before the next one",
            "control 4; batch 1-3 4; connect; control 5; other; control 5; wait 11; control 5",
            "ask 1; take 1-3; ask 4; ask 4 showing; refused its record 3 isn't what it was; ask 4 showing"),
        new Row("shorter than it was", "control 9; batch 1-8 9; control 4 ended",
            "ask 1; take 1-8; ask 9; refused it has ended with record 3, and 8 were there before"),
        new Row("a publisher that has begun anew is behind, and comes again as far",
            "control 4; batch 1-3 4; connect; control 2; nothing 2; wait 1; control 5; batch 4-4 5",
            "ask 1; take 1-3; ask 4; ask 4 showing; ask 4 showing; take 4-4; ask 5"),
        new Row("silence", "control 4; batch 1-3 4; silence", "ask 1; take 1-3; ask 4; idle; ask 4"),
        new Row("where another stream is published now, it is asked about by its name alone, and gone after a silence",
            "control 4; batch 1-3 4; connect; suspect; unknown; silence",
            "ask 1; take 1-3; ask 4; ask 4 bare; idle; vanished"),
        new Row("without a fingerprint, too, as soon as another is published",
            "control 1 unnamed; nothing 1; connect; wait 1; suspect; unknown",
            "ask 1; ask 1; vanished"),
        new Row("what is refused can be given up", "control 4; batch 1-3 4; connect; control 5 other; give-up",
            "ask 1; take 1-3; ask 4; refused its first record isn't what it was; vanished"),
        new Row("and what isn't spoken of", "control 4; batch 1-3 4; connect; give-up", "ask 1; take 1-3; ask 4; vanished"),
        new Row("but nothing else", "control 4; give-up; batch 1-3 4", "ask 1; take 1-3; ask 4"),
        new Row("two records that are more than was asked for can't be right; later each time it is asked again",
            "control 3; large 1-2 3; large 1-2 3; wait 1; large 1-1 3; batch 2-2 3",
            "ask 1; ask 1; ask 1; take 1-1; ask 2; take 2-2; ask 3"),
        new Row("what isn't an answer is passed over", "control 4; junk; batch 1-3 4", "ask 1; take 1-3; ask 4"));

    /** Runs a row. Time goes on by a millisecond with each thing that happens. */
    private static final class Run implements FollowedStream.Listener {
        private final List<String> told = new ArrayList<>();
        private long now = 1;
        private final FollowedStream stream = new FollowedStream("s", 1, null, null, 30 * SECOND, now, this);

        String run(String happens) {
            for (String event : happens.split("; ")) {
                now += SECOND / 1000;
                happen(event.split(" "));
                look();
            }
            return String.join("; ", told);
        }

        private void look() {
            stream.report(now);
            FollowedStream.Question question = stream.question(now);
            if (question == null) return;
            int frames = question.frames().length;
            long budget = ByteBuffer.wrap(question.frames()[3]).getLong();
            told.add("ask " + question.from() + (budget == 0 ? " bare" : ""));
            // Once something has been taken, each question shows it; what matters is on a new connection.
            if (budget > 0 && isNew && frames == 6) told.set(told.size() - 1, told.get(told.size() - 1) + " showing");
        }

        /** On a connection by which nothing has been taken yet. */
        private boolean isNew;

        private void happen(String[] words) {
            switch (words[0]) {
                case "control" -> control(words);
                case "connect" -> {
                    isNew = true;
                    stream.connectedAnew(now);
                }
                case "suspect" -> stream.suspect();
                case "wait" -> now += Long.parseLong(words[1]) * SECOND;
                case "silence" -> {
                    for (int looks = 0; looks < 40; looks++) {
                        now += SECOND;
                        stream.report(now);
                    }
                }
                case "give-up" -> stream.giveUp();
                case "place" -> told.add("place " + stream.next() + (stream.last() == null ? "" : last(stream.last())));
                case "batch", "large" -> {
                    String[] range = words[1].split("-");
                    StringBuilder lines = new StringBuilder(words[0].equals("large") ? "x".repeat(1 << 20) : range[0]);
                    for (long n = Long.parseLong(range[0]) + 1; n <= Long.parseLong(range[1]); n++) lines.append('\n').append(n);
                    answer("BATCH", number(range[0]), number(words[2]), bytes(lines.toString()));
                }
                case "nothing" -> answer("NOTHING", number(words[1]));
                case "gone" -> answer("GONE", number(words[1]));
                case "unknown" -> answer("UNKNOWN");
                case "other" -> answer("OTHER");
                case "junk" -> {
                    for (String kind : List.of("BATCH", "NOTHING", "WHAT")) answer(kind, bytes("x"));
                    stream.answer(List.of(), now);
                    stream.answer(List.of(bytes("NOTHING"), bytes("another"), number("3")), now);
                }
                default -> throw new IllegalArgumentException(words[0]);
            }
        }

        /** Which record has a fingerprint, if it is one of the first two. */
        private static String last(String fingerprint) {
            return fingerprint.equals(ONE) ? " 1" : fingerprint.equals(Fingerprint.of(bytes("2"), 0, 1)) ? " 2" : "";
        }

        private void control(String[] words) {
            Long time = null;
            boolean hasEnded = false;
            String fingerprint = ONE;
            for (int i = 2; i < words.length; i++) {
                switch (words[i]) {
                    case "at" -> time = Long.valueOf(words[++i]);
                    case "ended" -> hasEnded = true;
                    case "other" -> fingerprint = "0";
                    case "unnamed" -> fingerprint = null;
                    default -> throw new IllegalArgumentException(words[i]);
                }
            }
            stream.hear(new Control("s", 1, Long.parseLong(words[1]), "tcp://127.0.0.1:1", hasEnded, time, fingerprint), null, now);
        }

        private void answer(String kind, byte[]... frames) {
            List<byte[]> all = new ArrayList<>(List.of(bytes(kind), bytes("s")));
            all.addAll(List.of(frames));
            stream.answer(all, now);
        }

        private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

        private static byte[] number(String text) { return ByteBuffer.allocate(8).putLong(Long.parseLong(text)).array(); }

        @Override public void records(byte[] lines, long first, long from) {
            isNew = false;
            long count = new String(lines, StandardCharsets.UTF_8).lines().count();
            told.add("take " + from + "-" + (first + count - 1));
        }

        @Override public void time(long milliseconds) { told.add("time " + milliseconds); }

        @Override public void lost(long count) { told.add("lost " + count + " at " + stream.next()); }

        @Override public void idle() { told.add("idle"); }

        @Override public void ended(boolean hasVanished) { told.add(hasVanished ? "vanished" : "ended"); }

        @Override public void refused(String reason) { told.add("refused " + reason); }

        @Override public void believed() { told.add("believed"); }
    }

    public static void main(String[] arguments) {
        int failed = 0;
        for (Row row : ROWS) {
            String got = new Run().run(row.happens());
            if (got.equals(row.follows())) continue;
            failed++;
            System.out.println(row.what() + "\n  happens  " + row.happens() + "\n  expected " + row.follows() + "\n  got      " + got);
        }
        System.out.println(ROWS.size() + " rows of following, " + failed + " failed");
        if (failed > 0) System.exit(1);
    }
}
