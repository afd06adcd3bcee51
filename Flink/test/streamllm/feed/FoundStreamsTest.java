package streamllm.feed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import streamllm.engine.Policy;

/** What becomes of streams that publishers speak of: one row for each, what happens and what follows. Endpoints are a and b. */
public final class FoundStreamsTest {
    private static final String A = "tcp://127.0.0.1:1", B = "tcp://127.0.0.1:2";

    /** What happens, a word and what belongs to it; and what follows, in order. */
    private record Row(String what, String happens, String follows) {}

    private static final List<Row> ROWS = List.of(
        new Row("a stream from its beginning to its end", "hear a s 1; done; hear a s 3; end s 3 0; done",
            "found; given s 1; open; known; all but b"),
        new Row("all have to be heard from", "hear a s 1; end s 1 0; hear b t 1; end t 1 1; done",
            "found; given s 1; found; given t 1; done"),
        new Row("after a failure those count of which one knows, once they have had time to speak",
            "hear a s 1; end s 1 0; hear b t 1; end t 1 1; keep; early; done", "found; given s 1; found; given t 1; open; done"),
        new Row("it comes back with more, and goes on with who has read it",
            "hear a s 1; end s 3 5; hear a s 4; safe s; hear a s 3; hear a s 4; hear a s 5",
            "found; given s 1; known; known; found; given s 3 to 5; known"),
        new Row("nothing is done before it has", "hear b t 1; end t 1 0; hear a s 1; end s 3 5; hear a s 4; done; safe s; early; hear a s 4; done",
            "found; given t 1; found; given s 1; known; open; open; found; given s 3 to 5; open"),
        new Row("its end is told late, when it has begun again", "hear a s 1; end s 3 0; safe s; hear a s 4; late-end s 3 0; hear a s 5",
            "found; given s 1; found; given s 3 to 0; known"),
        new Row("a reader that goes on with it after a failure has it",
            "hear a s 1; end s 3 0; follow s 1; hear a s 4; end s 4 0; hear a s 4",
            "found; given s 1; known; known"),
        new Row("so has one that gets it back", "hear a s 1; end s 3 0; back s 1; hear a s 4",
            "found; given s 1; given s 1 to 0; known"),
        new Row("one that vanished isn't begun again on the same connection",
            "hear a s 1; vanish s 3 0; safe s; hear a s 9; anew b; hear a s 9; anew a; hear a s 9",
            "found; given s 1; known; known; found; given s 3 to 0"),
        new Row("and who is there instead may have yet to speak", "hear b t 1; end t 1 0; hear a s 1; vanish s 3 0; early; hear a u 1; early",
            "found; given t 1; found; given s 1; open; found; given u 1; open"),
        new Row("but elsewhere", "hear c s 1; vanish s 3 0; safe s; hear a s 9", "found; given s 1; found; given s 3 to 0"),
        new Row("what is refused isn't waited for", "hear a s 1; hear b t 1; end t 1 0; refuse s; done; done; end s 1 0; done",
            "found; given s 1; found; given t 1; refused [s]; open; done"),
        new Row("what is believed again is", "hear a s 1; hear b t 1; end t 1 0; refuse s; believe s; done",
            "found; given s 1; found; given t 1; open"),
        new Row("a name is one endpoint's", "hear a s 1; hear b s 1", "found; given s 1; rival"),
        new Row("unless the other isn't listened to any more", "hear c s 1; hear b s 1", "found; given s 1; moved"),
        new Row("what nobody speaks of makes room",
            "hear a s 1; hear a t 1; anew a; hear a t 1; unspoken a; hear a s 1; unspoken a",
            "found; given s 1; found; given t 1; known; unspoken s; known; unspoken null"),
        new Row("a consumer's own", "hear a workspace-01234567-0123-0123-0123-0123456789ab 1", "workspace"));

    private static final class Run {
        private final FeedOptions options = new FeedOptions(List.of(A, B), "test",
            new Policy(Policy.Kind.TUMBLING, 1, 1, 1, 1, 0, 0, 1, Policy.NEVER, Policy.Limits.STANDARD), 1, false, 2, true);
        private final List<String> told = new ArrayList<>();
        private FoundStreams found = new FoundStreams();
        private long now = 1_000_000, life, lifeBefore;

        String run(String happens) throws IOException {
            for (String event : happens.split("; ")) {
                now++;
                happen(event.split(" "));
            }
            return String.join("; ", told);
        }

        private static String endpoint(String name) {
            return name.equals("a") ? A : name.equals("b") ? B : "tcp://127.0.0.1:3";
        }

        private FeedSplit ended(String stream, String next, long life) {
            String endpoint = found.endpoint(stream);
            FeedSplit split = FeedSplit.begin(stream, endpoint == null ? A : endpoint, "test", options.policy());
            split.next = Long.parseLong(next);
            split.life = life;
            split.hasEnded = true;
            return split;
        }

        private void happen(String[] words) throws IOException {
            switch (words[0]) {
                case "hear" -> {
                    Control control = new Control(words[2], 1, Long.parseLong(words[3]), "tcp://127.0.0.1:9", false, null, null);
                    told.add(found.hear(control, endpoint(words[1]), options, now).toString().toLowerCase(java.util.Locale.ROOT));
                }
                case "end" -> found.end(ended(words[1], words[2], life), Integer.parseInt(words[3]), now);
                case "late-end" -> found.end(ended(words[1], words[2], lifeBefore), Integer.parseInt(words[3]), now);
                case "vanish" -> {
                    FeedSplit split = ended(words[1], words[2], life);
                    split.hasVanished = true;
                    found.end(split, Integer.parseInt(words[3]), now);
                }
                case "follow" -> found.follow(new FeedEvent.Followed(words[1], A, life));
                case "back" -> found.giveBack(List.of(FeedSplit.begin(words[1], A, "test", options.policy())));
                case "safe" -> found.isSafe(words[1]);
                case "anew" -> found.connectedAnew(endpoint(words[1]));
                case "refuse", "believe" -> found.refuse(new FeedEvent.Refused(words[1], words[0].equals("refuse")));
                case "unspoken" -> told.add("unspoken " + found.unspoken(endpoint(words[1])));
                case "early" -> told.add(found.areDone(options.endpoints(), true) ? "done" : "open");
                case "done" -> done();
                case "keep" -> {
                    FoundStreams.Serializer serializer = new FoundStreams.Serializer();
                    found = serializer.deserialize(serializer.getVersion(), serializer.serialize(found));
                }
                default -> throw new IllegalArgumentException(words[0]);
            }
            for (FeedSplit split; (split = found.nextWaiting()) != null; found.assigned()) {
                Integer keeper = found.keeper(split.stream);
                told.add("given " + split.stream + " " + split.next + (keeper == null ? "" : " to " + keeper));
                lifeBefore = life;
                life = split.life;
            }
        }

        private void done() {
            if (!found.areDone(options.endpoints(), false)) {
                told.add(found.areDone(List.of(A), false) ? "all but b" : "open");
                return;
            }
            List<String> refused = found.takeRefused();
            told.add(refused.isEmpty() ? "done" : "refused " + refused);
        }
    }

    private FoundStreamsTest() {}

    public static void main(String[] arguments) throws IOException {
        int failed = 0;
        for (Row row : ROWS) {
            String got = new Run().run(row.happens());
            if (got.equals(row.follows())) continue;
            failed++;
            System.out.println(row.what() + "\n  happens  " + row.happens() + "\n  expected " + row.follows() + "\n  got      " + got);
        }
        System.out.println(ROWS.size() + " rows of finding, " + failed + " failed");
        if (failed > 0) System.exit(1);
    }
}
